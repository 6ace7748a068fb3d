"""Checks the configuration by what is known without the provider: syntax, arguments, references, and the numbers that
hang together. Prints each fault and ends with 1 when there is one."""

import json
import re
import sys
from pathlib import Path

import hcl2
import yaml  # comes with Checkov, as hcl2 does (bc-python-hcl2)

FAULTS = []

# Arguments and blocks of the resources used here, as the provider's documentation lists them (read on 22 November 2026):
# the type, `!` where it is required.
ARGUMENTS = json.loads((Path(__file__).parent / "arguments.json").read_text(encoding="utf-8"))

META = {"count", "for_each", "depends_on", "lifecycle", "provider", "dynamic"}

# Longest run of a stage in seconds, as `StageName::limit_ms` says.
STAGE_SOURCE = Path("shared/domain/src/stage.rs")


def fault(where, what):
    FAULTS.append(f"{where}: {what}")


def one(value):
    """The value of an argument: the parser wraps each into a list."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def blocks(document, kind):
    return document.get(kind, [])


def named(document, kind):
    """(type, name, body) of the blocks with two labels."""
    for block in blocks(document, kind):
        for outer, inner in block.items():
            for name, body in inner.items():
                yield outer, name, body


def singly_named(document, kind):
    for block in blocks(document, kind):
        for name, body in block.items():
            yield name, body


def members(body):
    """Arguments and blocks of a body, the dynamic ones by their own names."""
    for key, value in body.items():
        if key.startswith("__"):
            continue
        if key == "dynamic":
            for block in value if isinstance(value, list) else [value]:
                for name, inner in block.items():
                    for content in inner.get("content", []):
                        yield name, [content]
            continue
        yield key, value


def check_arguments(where, known, body, top=True):
    for key, value in members(body):
        if top and key in META:
            continue
        if key not in known or key.startswith("_"):
            fault(where, f"`{key}` is no argument of it")
            continue
        inner = known[key]
        if isinstance(inner, dict):
            for block in value if isinstance(value, list) else [value]:
                if isinstance(block, dict):
                    check_arguments(f"{where}.{key}", inner, block, top=False)
    for key, inner in known.items():
        if key.startswith("_"):
            continue
        required = inner.get("_required", False) if isinstance(inner, dict) else inner.endswith("!")
        if required and key not in dict(members(body)):
            fault(where, f"`{key}` is not set")


def check_references(folder, text, document):
    declared = {
        "var": {name for name, _ in singly_named(document, "variable")},
        "local": {key for block in blocks(document, "locals") for key in block if not key.startswith("__")},
        "module": {name for name, _ in singly_named(document, "module")},
    }
    resources = {f"{kind}.{name}" for kind, name, _ in named(document, "resource")}
    code = re.sub(r"(?m)^\s*#.*$", "", text)
    for scope, names in declared.items():
        used = set(re.findall(rf"(?<![\w.]){scope}\.([a-z_0-9]+)", code))
        for name in sorted(used - names):
            fault(folder, f"{scope}.{name} is not declared")
        if scope != "module":
            for name in sorted(names - used):
                fault(folder, f"{scope}.{name} is not used")
    for reference in sorted(set(re.findall(r"(?<![\w.])((?:yandex|aws)_\w+\.\w+)", code)) - resources):
        fault(folder, f"{reference} is not declared")


def check_modules(folder, documents):
    for name, body in singly_named(documents[folder], "module"):
        source = (folder / one(body["source"])).resolve()
        called = next((doc for path, doc in documents.items() if path.resolve() == source), None)
        if called is None:
            fault(folder, f"module.{name}: {body['source']} is not there")
            continue
        variables = {variable: inner for variable, inner in singly_named(called, "variable")}
        given = {key for key in body if not key.startswith("__")} - META - {"source"}
        for key in sorted(given - set(variables)):
            fault(folder, f"module.{name}: `{key}` is no variable of it")
        for key in sorted({key for key, inner in variables.items() if "default" not in inner} - given):
            fault(folder, f"module.{name}: `{key}` is not set")
        outputs = {output for output, _ in singly_named(called, "output")}
        text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.tf"))
        used = set(re.findall(rf"module\.{name}(?:\[[^\]]*\])?\.([a-z_]+)", text))
        for key in sorted(used - outputs):
            fault(folder, f"module.{name}.{key} is no output of it")


def check_stages(folder, document):
    stages = one(next(block["stages"] for block in blocks(document, "locals") if "stages" in block))
    source = STAGE_SOURCE.read_text(encoding="utf-8")
    names = dict(re.findall(r'Self::(\w+) => "([a-z-]+)",', source))
    limits = {}
    body = source[source.index("fn limit_ms") : source.index("fn max_attempts")]
    for variants, seconds in re.findall(r"((?:Self::\w+[\s|]*)+)=> (\d+)", body):
        for variant in re.findall(r"Self::(\w+)", variants):
            limits[names[variant]] = int(seconds)
    if set(stages) != set(limits):
        fault(folder, f"stages {sorted(stages)} are not those of the program: {sorted(limits)}")
    for name, stage in stages.items():
        if int(stage["timeout_s"]) != limits.get(name):
            fault(folder, f"{name}: timeout_s is {stage['timeout_s']}, the program's limit {limits.get(name)} s")
        for other in stage["sends"]:
            if other not in stages:
                fault(folder, f"{name} sends to {other}, which is no stage")
        if "uploads" in stage["writes"]:
            fault(folder, f"{name} writes into the bucket whose events start work")
    factor = next(block["visibility_factor"] for block in blocks(document, "locals") if "visibility_factor" in block)
    if one(factor) < 6:
        fault(folder, "a message must stay hidden for six times the limit of its stage")


def check_callers(where, body):
    """A container is called by the accounts made for it alone: what stands behind the gateway trusts its headers."""
    members = [member for listed in body.get("members", []) for member in (listed if isinstance(listed, list) else [listed])]
    members += [body["member"]] if "member" in body else []
    for member in members:
        if not re.fullmatch(r"serviceAccount:\$\{yandex_iam_service_account\.caller\.id\}", str(member).strip('"')):
            fault(where, f"{member} may call a container")


def check_openapi(path):
    text = re.sub(r"\$\{\w+\}", "x", path.read_text(encoding="utf-8"))
    specification = yaml.safe_load(text)
    schemes = specification["components"]["securitySchemes"]
    for route, methods in specification["paths"].items():
        for method, operation in methods.items():
            if not operation.get("security"):
                fault(path, f"{method} {route} asks for no token")
            for wanted in operation.get("security") or []:
                for scheme in wanted:
                    if scheme not in schemes:
                        fault(path, f"{scheme} is no security scheme")
    for name, scheme in schemes.items():
        authorizer = scheme["x-yc-apigateway-authorizer"]
        for needed in ("issuers", "audiences", "requiredClaims", "jwksUri"):
            if needed not in authorizer:
                fault(path, f"{name} checks no {needed}")


def main(root):
    folders = sorted({path.parent for path in root.rglob("*.tf")})
    texts = {}
    documents = {}
    for folder in folders:
        document = {}
        text = ""
        for path in sorted(folder.glob("*.tf")):
            text += path.read_text(encoding="utf-8")
            try:
                parsed = hcl2.loads(path.read_text(encoding="utf-8"))
            except Exception as error:  # the parser has many kinds of errors, each is a fault of the file
                fault(path, f"syntax: {str(error).splitlines()[0]}")
                continue
            for kind, value in parsed.items():
                if isinstance(value, list):
                    document.setdefault(kind, []).extend(value)
        texts[folder], documents[folder] = text, document
    resources = 0
    for folder in folders:
        check_references(folder, texts[folder], documents[folder])
        check_modules(folder, documents)
        for kind, name, body in named(documents[folder], "resource"):
            resources += 1
            if "containerInvoker" in str(body.get("role")):
                check_callers(f"{folder}: {kind}.{name}", body)
            if kind in ARGUMENTS:
                check_arguments(f"{folder}: {kind}.{name}", ARGUMENTS[kind], body)
            else:
                fault(folder, f"{kind} is not in arguments.json")
    check_stages(root, documents[root])
    check_openapi(root / "openapi.yaml")
    for line in FAULTS:
        print(line)
    print(f"lint.py: {len(folders)} folders, {resources} resources, {len(FAULTS)} faults")
    return 1 if FAULTS else 0


sys.exit(main(Path(sys.argv[1])))
