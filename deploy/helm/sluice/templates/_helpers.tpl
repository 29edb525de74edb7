{{/* Names and labels. */}}
{{- define "sluice.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a selector has: it can never change. Takes root, component and, of a runner, pool. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .pool }}
sluice.dev/pool: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "sluice.serviceAccountName" -}}
{{- if .v.serviceAccount.name -}}
{{- .v.serviceAccount.name -}}
{{- else if .v.serviceAccount.create -}}
{{- include "sluice.fullname" .root }}-{{ .component }}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "sluice.image" -}}
{{- $image := mergeOverwrite (deepCopy .root.Values.image) (default dict .v.image) -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .root.Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{- define "sluice.pullPolicy" -}}
{{- $image := mergeOverwrite (deepCopy .root.Values.image) (default dict .v.image) -}}
{{ $image.pullPolicy }}
{{- end -}}

{{/* The pools that the gate hands runs to. */}}
{{- define "sluice.pools" -}}
{{- concat (keys .Values.pools) .Values.topics.extraPools | uniq | sortAlpha | join "," -}}
{{- end -}}

{{/* A scalar as text: Helm reads every number as a float, and would print 604800000 as 6.048e+08. */}}
{{- define "sluice.scalar" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- printf "%.0f" . -}}
{{- else -}}
{{- . | toString -}}
{{- end -}}
{{- end -}}

{{/* A map as a properties file; values may have any character. */}}
{{- define "sluice.properties" -}}
{{- range $key, $value := . }}
{{ $key }}={{ include "sluice.scalar" $value | replace "\\" "\\\\" | replace "\r" "\\r" | replace "\n" "\\n" }}
{{- end }}
{{- end -}}

{{/* The settings of every process. */}}
{{- define "sluice.commonSettings" -}}
{{- $all := dict
  "bootstrap.servers" (required "kafka.bootstrapServers: say where Kafka is" .Values.kafka.bootstrapServers)
  "schema.registry.url" (required "registry.url: say where the schema registry is" .Values.registry.url)
  "http.host" "0.0.0.0"
  "http.port" "8080" -}}
{{- with .Values.topicPrefix }}{{ $_ := set $all "topic.prefix" . }}{{ end -}}
{{- range $key, $value := .Values.kafka.settings }}{{ $_ := set $all (printf "kafka.%s" $key) (include "sluice.scalar" $value) }}{{ end -}}
{{- range $key, $value := .Values.registry.settings }}{{ $_ := set $all (printf "serde.%s" $key) (include "sluice.scalar" $value) }}{{ end -}}
{{- toJson $all -}}
{{- end -}}

{{/* The names of a Service, for http.hosts. Takes root and name. */}}
{{- define "sluice.serviceHosts" -}}
{{- $ns := .root.Release.Namespace -}}
{{- printf "%s,%s.%s,%s.%s.svc,%s.%s.svc.%s" .name .name $ns .name $ns .name $ns .root.Values.clusterDomain -}}
{{- end -}}

{{/* A role's ConfigMap. Takes root, component, name, labels' pool and settings. */}}
{{- define "sluice.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "sluice.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
data:
  sluice.properties: |
    {{- include "sluice.properties" .settings | trim | nindent 4 }}
{{- end -}}

{{/* Flags that name the files with a process's settings: what a Secret says wins. */}}
{{- define "sluice.configFlags" -}}
- --config
- /etc/sluice/config/sluice.properties
{{- if .Values.kafka.existingSecret }}
- --config
- /etc/sluice/secret/{{ .Values.kafka.existingSecretKey }}
{{- end }}
{{- end -}}

{{/* The same for the secret that gateways show to catalogs. */}}
{{- define "sluice.tokenFlags" -}}
{{- if .Values.catalogToken.existingSecret }}
- --config
- /etc/sluice/token/{{ .Values.catalogToken.existingSecretKey }}
{{- end }}
{{- end -}}
