"""Writes template.yaml as CloudFormation sees it in production: loops unrolled, numbers looked up, conditions decided.

    target/emulators/sam/bin/python infra/aws/expand.py target/aws/template.json

For tools that look past Fn::ForEach (checkov) and for those who want to read what a loop makes. It is the expansion of
`sam build --language-extensions`; the SAM resources stay as they are. Parameters are the made-up ones below.
"""

import json
import pathlib
import sys

import yaml
from samcli.lib.cfn_language_extensions import PseudoParameterValues, process_template

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCOUNT = "123456789012"
PARAMETERS = {
    "Environment": "prod",
    "FrontEndOrigin": "https://pto.example",
    "JwtIssuer": "https://tokens.pto.example",
    "JwtAudience": "pto",
    "CdnPublicKey": "-----BEGIN PUBLIC KEY-----",
    "CdnPrivateKeySecretArn": f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:pto-links-AbCdEf",
    "CdnDomainName": "files.pto.example",
    "CdnCertificateArn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000",
    "OcrLayerArn": f"arn:aws:lambda:eu-central-1:{ACCOUNT}:layer:pto-ocr:1",
    "NoticesEmail": "admin@pto.example",
    "MonthlyBudgetUsd": 400,
}

target = pathlib.Path(sys.argv[1])
expanded = process_template(
    yaml.safe_load((ROOT / "template.yaml").read_text("utf-8")),
    parameter_values=PARAMETERS,
    pseudo_parameters=PseudoParameterValues(region="eu-central-1", account_id=ACCOUNT, stack_name="pto-prod"),
)
# A resource whose condition is false stays in the expansion: production makes all of them, and it had better.
left = [name for name, value in expanded["Resources"].items() if name.startswith("Fn::")]
if left or len(expanded["Resources"]) < 100:
    sys.exit(f"not expanded: {left}, {len(expanded['Resources'])} resources")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(expanded, indent=1, ensure_ascii=False), "utf-8")
print(f"{len(expanded['Resources'])} resources in {target}")
