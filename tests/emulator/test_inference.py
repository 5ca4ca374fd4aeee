from __future__ import annotations

from aicore_provider.emulator import Emulator
from tests.emulator.inference import infer, stream
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

OLD, NEW = "2025-05-01", "2025-08-07"
OPENAI = {"api-version": "2025-04-01"}
HAIKU = {"version": "1", "model": "anthropic--claude-4.5-haiku", "executable": "aws-bedrock"}
NOVA = {"version": "2", "model": "amazon--nova-lite", "executable": "aws-bedrock"}
GEMINI = {"version": "001", "model": "gemini-2.5-pro", "executable": "gcp-vertexai"}


def test_openai(api: Api) -> None:
    deployment = api.running(api.configuration("latest"))

    chat = infer(api, deployment, "chat/completions", {"messages": []}, **OPENAI)
    vectors = infer(api, deployment, "embeddings", {"input": ["x", "y"]}, **OPENAI)
    chunks = stream(api, deployment, "chat/completions", {"messages": [], "stream": True}, **OPENAI)

    assert chat["model"] == "gpt-5-mini-2025-08-07"
    assert "gpt-5-mini 2025-08-07" in chat["choices"][0]["message"]["content"]
    assert chat["emulator"]["version"] == NEW
    assert [each["index"] for each in vectors["data"]] == [0, 1]
    assert (
        "".join(each["choices"][0]["delta"].get("content", "") for each in chunks)
        == (chat["choices"][0]["message"]["content"])
    )
    assert [each["choices"][0]["finish_reason"] for each in chunks[-2:]] == [None, "stop"]
    assert {each["emulator"]["version"] for each in chunks} == {NEW}
    path = f"/inference/deployments/{deployment}/chat/completions"
    assert api.call("POST", path, json={}).status_code == 400


def test_bedrock(api: Api) -> None:
    deployment = api.running(api.configuration(**HAIKU))

    invoked = infer(api, deployment, "invoke")
    conversed = infer(api, deployment, "converse")
    parts = stream(api, deployment, "invoke-with-response-stream")
    pieces = stream(api, deployment, "converse-stream")

    text = invoked["content"][0]["text"]
    assert "anthropic--claude-4.5-haiku 1" in text
    assert conversed["output"]["message"]["content"][0]["text"] == text
    assert [parts[0]["type"], parts[-1]["type"]] == ["message_start", "message_stop"]
    assert "".join(each["delta"]["text"] for each in parts if each["type"] == "content_block_delta") == text
    deltas = (each["contentBlockDelta"]["delta"]["text"] for each in pieces if "contentBlockDelta" in each)
    assert "".join(deltas) == text
    assert parts[0]["emulator"]["model"] == "anthropic--claude-4.5-haiku"


def test_amazons_own_models(api: Api) -> None:
    nova = api.running(api.configuration(**NOVA))
    titan = api.running(api.configuration("2", model="amazon--titan-embed-text", executable="aws-bedrock"))

    assert "amazon--nova-lite 2" in infer(api, nova, "invoke")["output"]["message"]["content"][0]["text"]
    assert "messageStart" in stream(api, nova, "invoke-with-response-stream")[0]
    assert infer(api, titan, "invoke")["embedding"]


def test_gemini(api: Api) -> None:
    deployment = api.running(api.configuration(**GEMINI))

    whole = infer(api, deployment, "models/gemini-2.5-pro:generateContent")
    parts = stream(api, deployment, "models/gemini-2.5-pro:streamGenerateContent", alt="sse")

    text = whole["candidates"][0]["content"]["parts"][0]["text"]
    assert "gemini-2.5-pro 001" in text
    assert "".join(each["candidates"][0]["content"]["parts"][0]["text"] for each in parts) == text


def test_what_is_refused(api: Api, emulator: Emulator) -> None:
    deployment = api.running(api.configuration())
    path = f"/inference/deployments/{deployment}"
    without, unknown = Api(emulator, None), Api(emulator, "nobody")

    assert api.call("POST", f"{path}/invoke", json={}).status_code == 404
    assert api.call("POST", f"{path}/chat/completions", data=b"x").status_code == 400
    assert api.call("POST", f"{path}/chat/completions", json=[]).status_code == 400
    assert without.ask(deployment).status_code == 404
    assert unknown.ask(deployment).status_code == 403
    assert api.ask("d123456789abcdef").status_code == 404
    without.session.close()
    unknown.session.close()


def test_before_it_runs(api: Api) -> None:
    deployment = api.create(api.configuration())

    assert api.ask(deployment).status_code == 404
    api.emulator.advance(HALF_WAY_S)
    assert api.ask(deployment).status_code == 404
    api.emulator.advance(TRANSITION_S)
    assert api.ask(deployment).status_code == 200


class TestThroughASwitch:
    """A request after every step of the clock, from before the PATCH until everything has settled."""

    STEP_S = 0.5

    def served(self, api: Api, deployment: str, seconds: float) -> list[tuple[str, str | int]]:
        """Status of the deployment, and who answers or how the request is refused; consecutive repetitions once."""
        seen: list[tuple[str, str | int]] = []
        for _ in range(int(seconds / self.STEP_S) + 1):
            answer = api.ask(deployment)
            who = answer.json()["emulator"]["version"] if answer.ok else answer.status_code
            now = (api.deployment(deployment)["status"], who)
            if seen[-1:] != [now]:
                seen.append(now)
            api.emulator.advance(self.STEP_S)
        return seen

    def test_a_good_one_is_answered_all_through(self, api: Api) -> None:
        deployment = api.running(api.configuration(OLD))
        api.switch(deployment, api.configuration(NEW))

        assert self.served(api, deployment, 2 * TRANSITION_S) == [("RUNNING", OLD), ("PENDING", OLD), ("RUNNING", NEW)]

    def test_a_bad_one_leaves_a_gap_until_the_way_back_has_ended(self, api: Api) -> None:
        old = api.configuration(OLD)
        deployment = api.running(old)
        api.emulator.faults = [{"outcome": "DEAD", "version": NEW}]
        api.switch(deployment, api.configuration(NEW))

        assert self.served(api, deployment, 2 * TRANSITION_S) == [("RUNNING", OLD), ("PENDING", OLD), ("DEAD", 404)]

        api.switch(deployment, old)
        assert self.served(api, deployment, 2 * TRANSITION_S) == [("DEAD", 404), ("PENDING", 404), ("RUNNING", OLD)]

    def test_one_that_hangs_leaves_a_gap_as_well(self, api: Api) -> None:
        deployment = api.running(api.configuration(OLD))
        api.emulator.faults = [{"outcome": "PENDING", "after": "switch"}]
        api.switch(deployment, api.configuration(NEW))

        assert self.served(api, deployment, 2 * TRANSITION_S) == [("RUNNING", OLD), ("PENDING", OLD), ("PENDING", 404)]
