# The same deployments with a generic REST provider. `entries.json` lists them; variables of the environment tell the
# service. The provider does not wait, so that a shell does: it asks every five seconds, as in SAP's samples.

terraform {
  required_providers {
    restapi = {
      source  = "Mastercard/restapi"
      version = "1.20.0"
    }
  }
}

variable "url" { type = string }
variable "client_id" { type = string }
variable "client_secret" { type = string }
variable "executables" { type = map(string) }

locals {
  entries = jsondecode(file("${path.module}/entries.json"))
  groups  = toset([for each in local.entries : each.resourceGroup])
  wait    = <<-SH
    token=$(curl -sf -u "$TF_VAR_client_id:$TF_VAR_client_secret" -d grant_type=client_credentials \
      "$TF_VAR_url/oauth/token" | sed -E 's/.*"access_token": *"([^"]+)".*/\1/')
    ask() { curl -sf -H "Authorization: Bearer $token" -H "AI-Resource-Group: $GROUP" \
      -H 'Content-Type: application/json' "$@" "$TF_VAR_url/v2/lm/deployments/$ID"; }
    [ -z "$BODY" ] || ask -X PATCH -d "$BODY" >/dev/null || exit 1
    until shown=$(ask) && echo "$shown" | grep -qE "\"status\": *\"$STATUS\"" &&
      echo "$shown" | grep -qE "\"$KEY\": *\"$CONFIGURATION\""; do sleep 5; done
  SH
}

provider "restapi" {
  alias                 = "in"
  for_each              = local.groups
  uri                   = var.url
  headers               = { "AI-Resource-Group" = each.key, "Content-Type" = "application/json" }
  create_returns_object = true
  update_method         = "PATCH"
  oauth_client_credentials {
    oauth_client_id      = var.client_id
    oauth_client_secret  = var.client_secret
    oauth_token_endpoint = "${var.url}/oauth/token"
  }
}

resource "restapi_object" "configuration" {
  for_each  = local.entries
  provider  = restapi.in[each.value.resourceGroup]
  path      = "/v2/lm/configurations"
  data      = jsonencode(local.configurations[each.key])
  force_new = [jsonencode(local.configurations[each.key])]
  # A configuration cannot be deleted.
  destroy_method = "GET"
  lifecycle { create_before_destroy = true }
}

locals {
  configurations = {
    for name, each in local.entries : name => {
      name         = name
      scenarioId   = "foundation-models"
      executableId = var.executables[each.model]
      parameterBindings = [
        { key = "modelName", value = each.model },
        { key = "modelVersion", value = each.version },
      ]
    }
  }
}

resource "restapi_object" "deployment" {
  for_each = local.entries
  provider = restapi.in[each.value.resourceGroup]
  path     = "/v2/lm/deployments"
  data     = jsonencode({ configurationId = restapi_object.configuration[each.key].id })
}

resource "terraform_data" "running" {
  for_each         = local.entries
  triggers_replace = restapi_object.configuration[each.key].id
  input            = restapi_object.deployment[each.key].data
  provisioner "local-exec" {
    command = local.wait
    environment = {
      ID            = restapi_object.deployment[each.key].id
      GROUP         = each.value.resourceGroup
      STATUS        = "RUNNING"
      KEY           = "latestRunningConfigurationId"
      CONFIGURATION = restapi_object.configuration[each.key].id
    }
  }
}

# A deployment has to be stopped before it can be deleted.
resource "terraform_data" "stopped" {
  for_each = local.entries
  input = {
    ID     = restapi_object.deployment[each.key].id
    GROUP  = each.value.resourceGroup
    STATUS = "STOPPED"
    KEY    = "id"
    BODY   = jsonencode({ targetStatus = "STOPPED" })
    wait   = local.wait
  }
  provisioner "local-exec" {
    when        = destroy
    command     = self.input.wait
    environment = merge(self.input, { CONFIGURATION = self.input.ID })
  }
}
