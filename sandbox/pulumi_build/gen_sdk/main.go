// Command gen-sdk writes the SDK of a Pulumi package in one language, as `pulumi package add` does.
//
// It calls Pulumi's generators itself. The CLI reaches them through a language host, and no host that can be built from
// the Go module proxy generates SDKs.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "gen-sdk"

type generator func(*schema.Package) (map[string][]byte, error)

var generators = map[string]generator{
	"go": func(p *schema.Package) (map[string][]byte, error) {
		return golang.GeneratePackage(tool, p, nil)
	},
	"nodejs": func(p *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, p, nil, nil, true, nil)
	},
	"python": func(p *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, p, nil, nil)
	},
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: gen-sdk go|nodejs|python SCHEMA.json FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate(language, schemaFile, folder string) error {
	generator, known := generators[language]
	if !known {
		return fmt.Errorf("there is no generator for %q", language)
	}
	pkg, err := read(schemaFile)
	if err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}
	files, err := generator(pkg)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func read(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, found, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	// A warning is shown too: a generator would leave out what it is about.
	for _, diagnostic := range found {
		fmt.Fprintln(os.Stderr, diagnostic.Summary)
	}
	if found.HasErrors() {
		return nil, fmt.Errorf("it is no valid schema")
	}
	// `pulumi package add` sets it whatever the schema says; among other things it brings the go.mod of a Go SDK.
	pkg.SupportPack = true
	return pkg, nil
}
