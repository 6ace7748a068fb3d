"""Deploys template.yaml to an emulator of AWS and prints JSON: the stack's `outputs`, and of its `functions` their environments.

    target/emulators/ministack/bin/python infra/aws/deploy_local.py --functions target/lambda

`--functions` is a folder with `<function>/bootstrap`, one per name of `BuildProperties.Binary`. Nothing of the template is
changed but `CodeUri`, which points to the uploaded zip, as `sam package` would do, and the emulator's own name for sending a
batch, which joins `sqs:SendMessage` where that is allowed. The endpoint is AWS_ENDPOINT_URL.
Ends with 1 and the failed events when the stack cannot be made, with 2 when a binary is missing.
"""

import argparse
import io
import json
import os
import pathlib
import sys
import zipfile

import boto3
import botocore.exceptions
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def zipped(bootstrap: pathlib.Path) -> bytes:
    """The deployment package: one executable file named `bootstrap`, stored, since it is unpacked at once."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        archive.writestr(entry, bootstrap.read_bytes())
    return packed.getvalue()


def with_batch_action(value):
    """The same, `sqs:SendMessage` being joined by the name under which ministack 1.5 asks whether a batch may be sent. AWS
    knows no such action: there `sqs:SendMessage` allows batches."""
    if isinstance(value, list):
        return [with_batch_action(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {key: with_batch_action(item) for key, item in value.items()}
    if changed.get("Action") == "sqs:SendMessage":
        changed["Action"] = ["sqs:SendMessage", "sqs:SendMessageBatch"]
    return changed


def packaged(template: dict, functions: pathlib.Path, bucket: str, s3) -> dict:
    """The template with every function's `CodeUri` replaced by the address of its uploaded zip."""
    # A loop is a list; no function stands in one.
    resources = [value for value in template["Resources"].values() if isinstance(value, dict)]
    bootstraps = {}
    for resource in resources:
        if resource["Type"] == "AWS::Serverless::Function":
            name = resource["Metadata"]["BuildProperties"]["Binary"]
            bootstraps[name] = functions / name / "bootstrap"
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{name}.zip"
    missing = [str(path) for path in bootstraps.values() if not path.is_file()]
    if missing:
        raise FileNotFoundError(", ".join(missing))
    s3.create_bucket(Bucket=bucket)
    for name, bootstrap in bootstraps.items():
        s3.put_object(Bucket=bucket, Key=f"{name}.zip", Body=zipped(bootstrap))
    del template["Globals"]["Function"]["CodeUri"]
    return with_batch_action(template)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", type=pathlib.Path, required=True, help="folder with <function>/bootstrap")
    parser.add_argument("--template", type=pathlib.Path, default=ROOT / "template.yaml")
    parser.add_argument("--stack", default="pto", help="name of the stack, beginning of all names")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args()
    if "AWS_ENDPOINT_URL" not in os.environ:
        print("set AWS_ENDPOINT_URL: this script is for emulators only", file=sys.stderr)
        return 2
    parameters = {"Environment": "emulator", "FrontEndOrigin": "http://localhost:5173"}
    parameters |= dict(text.split("=", 1) for text in given.parameter)

    session = boto3.Session(region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))
    s3, cloudformation = session.client("s3"), session.client("cloudformation")
    bucket = f"{given.stack}-packages"
    try:
        template = packaged(yaml.safe_load(given.template.read_text("utf-8")), given.functions, bucket, s3)
    except FileNotFoundError as error:
        print(f"missing: {error}", file=sys.stderr)
        return 2
    # By address: a body given in the call may have 51,200 bytes only.
    s3.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template).encode())
    cloudformation.create_stack(
        StackName=given.stack,
        TemplateURL=f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/template.json",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        OnFailure="DO_NOTHING",
    )
    try:
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName=given.stack, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    except botocore.exceptions.WaiterError as error:
        print(error, file=sys.stderr)
        for event in cloudformation.describe_stack_events(StackName=given.stack)["StackEvents"]:
            if event["ResourceStatus"].endswith("FAILED"):
                print(event["LogicalResourceId"], event.get("ResourceStatusReason", ""), file=sys.stderr)
        return 1
    stack = cloudformation.describe_stacks(StackName=given.stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    functions = {}
    for bootstrap in sorted(given.functions.glob("*/bootstrap")):
        name = bootstrap.parent.name
        configuration = session.client("lambda").get_function_configuration(FunctionName=f"{given.stack}-{name}")
        functions[name] = configuration["Environment"]["Variables"]
    print(json.dumps({"outputs": outputs, "functions": functions}, indent=2, sort_keys=True))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (botocore.exceptions.ClientError, botocore.exceptions.EndpointConnectionError) as refused:
        sys.exit(f"deploy: {refused}")
