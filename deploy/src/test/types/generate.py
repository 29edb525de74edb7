"""Writes kinds.json: the fields of every Kubernetes kind that the chart may render.

Run it in an empty folder after
    npm i --ignore-scripts kubernetes-models@5.1.0 @kubernetes-models/keda@2.0.0 \
        @kubernetes-models/prometheus-operator@6.0.0 @kubernetes-models/gateway-api@0.5.1
and copy kinds.json here. Those packages (MIT) are made from the published OpenAPI and CRD schemas.
KafkaTopic is in no such package: its fields are those of io.strimzi:api:0.48.0.
"""
import json
import pathlib
import re

MODULES = pathlib.Path("node_modules")
CORE = "kubernetes-models"
ROOTS = {
    "v1/ConfigMap": f"{CORE}/v1/ConfigMap",
    "v1/Pod": f"{CORE}/v1/Pod",
    "v1/Service": f"{CORE}/v1/Service",
    "v1/ServiceAccount": f"{CORE}/v1/ServiceAccount",
    "apps/v1/Deployment": f"{CORE}/apps/v1/Deployment",
    "apps/v1/StatefulSet": f"{CORE}/apps/v1/StatefulSet",
    "batch/v1/Job": f"{CORE}/batch/v1/Job",
    "networking.k8s.io/v1/Ingress": f"{CORE}/networking.k8s.io/v1/Ingress",
    "networking.k8s.io/v1/NetworkPolicy": f"{CORE}/networking.k8s.io/v1/NetworkPolicy",
    "policy/v1/PodDisruptionBudget": f"{CORE}/policy/v1/PodDisruptionBudget",
    "keda.sh/v1alpha1/ScaledObject": "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject",
    "gateway.networking.k8s.io/v1/HTTPRoute":
        "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute",
}
for kind in ("ServiceMonitor", "PodMonitor", "PrometheusRule"):
    ROOTS[f"monitoring.coreos.com/v1/{kind}"] = (
        f"@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/{kind}")

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_$][\w$]*|[{}\[\]<>|,;:?()&]')


class Types:
    def __init__(self):
        self.done = {}

    def load(self, path):
        """The name under which the interface of a file is kept."""
        name = re.sub(r"^.*/_?", "", path)
        key = re.sub(r"^(@kubernetes-models/)?", "", path)
        if key in self.done:
            return key
        text = (MODULES / (path + ".d.ts")).read_text()
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        imports = {}
        for names, source in re.findall(r"import (?:type )?\{([^}]*)\} from \"([^\"]+)\"", text):
            for one in names.split(","):
                imports[one.split(" as ")[-1].strip()] = self.source(path, source)
        self.done[key] = {}
        match = re.search(r"export interface I%s(?: extends ([^{]*))? \{" % re.escape(name), text)
        if match:
            tokens = TOKEN.findall(text[match.end() - 1:])
            shape, _ = self.type(tokens, 0, imports)
            for base in filter(None, (b.strip() for b in (match.group(1) or "").split(","))):
                if base in imports and imports[base] != "@kubernetes-models/base":
                    shape = {"extends": self.load(imports[base]), **shape}
            self.done[key] = shape
        else:
            match = re.search(r"export type I?%s = " % re.escape(name), text) or re.search(
                r"export (?:declare )?type \w+ = ", text)
            tokens = TOKEN.findall(text[match.end():])
            self.done[key], _ = self.type(tokens, 0, imports)
        return key

    @staticmethod
    def source(path, source):
        if not source.startswith("."):
            return source
        folder = pathlib.PurePosixPath(path).parent
        parts = list(folder.parts)
        for part in pathlib.PurePosixPath(source).with_suffix("" if source.endswith(".js") else
                                                             pathlib.PurePosixPath(source).suffix).parts:
            if part == "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        return "/".join(parts)

    def type(self, tokens, at, imports):
        choices = []
        while True:
            one, at = self.single(tokens, at, imports)
            choices.append(one)
            if at < len(tokens) and tokens[at] == "|":
                at += 1
                continue
            break
        choices = [c for c in choices if c != "null"]
        names = [c for c in choices if isinstance(c, dict) and "enum" in c]
        if names and len(names) == len(choices):
            return {"enum": [e for c in names for e in c["enum"]]}, at
        return (choices[0] if len(choices) == 1 else {"any": choices}), at

    def single(self, tokens, at, imports):
        token = tokens[at]
        if token == "{":
            return self.object(tokens, at + 1, imports)
        if token == "(":
            inner, at = self.type(tokens, at + 1, imports)
            return inner, at + 1
        if token.startswith('"'):
            return {"enum": [json.loads(token)]}, at + 1
        if token == "Array":
            inner, at = self.type(tokens, at + 2, imports)
            return {"array": inner}, at + 1
        if token in ("string", "number", "boolean", "null"):
            return token, at + 1
        if token in imports:
            return {"ref": self.load(imports[token])}, at + 1
        return "anything", at + 1

    def object(self, tokens, at, imports):
        fields, required, rest = {}, [], None
        while tokens[at] != "}":
            if tokens[at] == ";":
                at += 1
            elif tokens[at] == "[":  # an index signature
                at = tokens.index("]", at) + 2
                rest, at = self.type(tokens, at, imports)
            else:
                name = json.loads(tokens[at]) if tokens[at].startswith('"') else tokens[at]
                at += 1
                if tokens[at] == "?":
                    at += 1
                else:
                    required.append(name)
                fields[name], at = self.type(tokens, at + 1, imports)
        shape = {"fields": fields, "required": required}
        if rest is not None:
            shape["rest"] = rest
        return shape, at + 1


types = Types()
kinds = {kind: types.load(path) for kind, path in ROOTS.items()}
kinds["kafka.strimzi.io/v1beta2/KafkaTopic"] = "strimzi/KafkaTopic"
meta = next(key for key in types.done if key.endswith("meta/v1/ObjectMeta"))
types.done["strimzi/KafkaTopic"] = {
    "fields": {
        "apiVersion": "string",
        "kind": "string",
        "metadata": {"ref": meta},
        "spec": {
            "fields": {
                "topicName": "string",
                "partitions": "number",
                "replicas": "number",
                "config": {"fields": {}, "required": [], "rest": "anything"},
            },
            "required": [],
        },
    },
    "required": ["spec"],
}
json.dump({"kinds": kinds, "types": types.done}, open("kinds.json", "w"), indent=0, sort_keys=True)
