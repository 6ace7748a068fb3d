"""A provider that makes nothing: it knows the arguments in arguments.json, answers every wish with made-up names, and so
lets Terraform check and carry out a whole configuration without a cloud: types, references, cycles, counts that must be
known before the plan, conditions, templates. What the real provider would refuse beyond that, it does not know.

Terraform starts it as `terraform-provider-<name>`; Terraform's plugin protocol (version 6) is served by the package `tf`.
"""

import json
import sys
from pathlib import Path

import msgpack
import tf.provider
import tf.runner
from tf.gen import tfplugin_pb2 as protocol
from tf.gen import tfplugin_pb2_grpc as service

NAME = sys.argv[1]
ARGUMENTS = {
    kind: arguments
    for kind, arguments in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")).items()
    if kind.startswith(f"{NAME}_")
}
SETTINGS = {
    "yandex": ["cloud_id", "folder_id", "zone", "ymq_access_key", "ymq_secret_key", "storage_access_key", "storage_secret_key"],
    "aws": ["region", "skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation", "skip_requesting_account_id"],
}
TYPES = {"list": '["list","string"]', "set": '["set","string"]', "map": '["map","string"]'}
UNKNOWN = msgpack.ExtType(0, b"\x00")

Schema = protocol.Schema
Nested = protocol.Schema.NestedBlock


def attribute(name, told, **more):
    kind = told.rstrip("!")
    return Schema.Attribute(name=name, type=TYPES.get(kind, f'"{kind}"').encode(), **more)


def block(arguments):
    attributes, blocks = [], []
    for name, told in arguments.items():
        if name == "_computed" or name == "_required":
            continue
        if isinstance(told, dict):
            least = 1 if told.get("_required") else 0
            blocks.append(Nested(type_name=name, block=block(told), nesting=Nested.LIST, min_items=least))
        else:
            needed = told.endswith("!")
            attributes.append(attribute(name, told, required=needed, optional=not needed))
    return Schema.Block(attributes=attributes, block_types=blocks)


def computed(kind):
    return ["id", *ARGUMENTS[kind].get("_computed", [])]


def resource(kind):
    schema = block(ARGUMENTS[kind])
    schema.attributes.extend(attribute(name, "string", computed=True) for name in computed(kind))
    return Schema(version=0, block=schema)


def settings():
    schema = Schema.Block(attributes=[attribute(name, "string", optional=True) for name in SETTINGS[NAME]])
    if NAME == "aws":
        endpoints = Schema.Block(attributes=[attribute("dynamodb", "string", optional=True)])
        schema.block_types.append(Nested(type_name="endpoints", block=endpoints, nesting=Nested.SET))
    return Schema(version=0, block=schema)


def unpacked(value):
    return msgpack.unpackb(value.msgpack, ext_hook=lambda code, data: UNKNOWN, strict_map_key=False)


def packed(value):
    return protocol.DynamicValue(msgpack=msgpack.packb(value))


class StandIn(service.ProviderServicer):
    def __init__(self, app):
        pass

    def GetMetadata(self, request, context):
        return protocol.GetMetadata.Response()

    def GetProviderSchema(self, request, context):
        resources = {kind: resource(kind) for kind in ARGUMENTS}
        return protocol.GetProviderSchema.Response(provider=settings(), resource_schemas=resources)

    def ValidateProviderConfig(self, request, context):
        return protocol.ValidateProviderConfig.Response()

    def ConfigureProvider(self, request, context):
        return protocol.ConfigureProvider.Response()

    def ValidateResourceConfig(self, request, context):
        return protocol.ValidateResourceConfig.Response()

    def UpgradeResourceState(self, request, context):
        state = protocol.DynamicValue(json=request.raw_state.json)
        return protocol.UpgradeResourceState.Response(upgraded_state=state)

    def ReadResource(self, request, context):
        return protocol.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request, context):
        planned = unpacked(request.proposed_new_state)
        for name in computed(request.type_name) if planned else []:
            if planned.get(name) is None:
                planned[name] = UNKNOWN
        return protocol.PlanResourceChange.Response(planned_state=packed(planned))

    def ApplyResourceChange(self, request, context):
        made = unpacked(request.planned_state)
        for name in computed(request.type_name) if made else []:
            if made.get(name) == UNKNOWN:
                own = made.get("name") or made.get("bucket") or "it"
                made[name] = "https://document-api" if "endpoint" in name else f"{request.type_name}/{own}/{name}"
        return protocol.ApplyResourceChange.Response(new_state=packed(made))

    def StopProvider(self, request, context):
        return protocol.StopProvider.Response()


class Application:
    def full_name(self):
        return f"stand-in/{NAME}"


tf.provider.ProviderServicer = StandIn
tf.runner.run_provider(Application(), sys.argv[:1])
