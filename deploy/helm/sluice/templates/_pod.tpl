{{/*
A pod's metadata. Takes root, component, pool, v (the role's values) and settings; a change of
the settings restarts the pods.
*/}}
{{- define "sluice.podMetadata" -}}
{{- $defaults := .root.Values.podDefaults -}}
labels:
  {{- include "sluice.labels" . | nindent 2 }}
  {{- with mergeOverwrite (deepCopy $defaults.podLabels) (default dict .v.podLabels) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ include "sluice.properties" .settings | sha256sum }}
  {{- with mergeOverwrite (deepCopy $defaults.podAnnotations) (default dict .v.podAnnotations) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* A role's own value under this name, or that of every pod. Takes root, v and key; gives JSON. */}}
{{- define "sluice.ofPod" -}}
{{- if hasKey .v .key -}}
{{- get .v .key | toJson -}}
{{- else -}}
{{- get .root.Values.podDefaults .key | toJson -}}
{{- end -}}
{{- end -}}

{{/*
A pod's spec. Takes root, component, pool, v, config (the ConfigMap's name), args, grace, token
(whether it has the secret of gateways and catalogs) and state: "" for none, "claim" for a volume claim template named state, or "memory" for a pod's own.
*/}}
{{- define "sluice.podSpec" -}}
{{- $root := .root -}}
{{- $of := dict "root" $root "v" .v -}}
serviceAccountName: {{ include "sluice.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .grace }}
{{- with $root.Values.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- toYaml $root.Values.podSecurityContext | nindent 2 }}
{{- range $key := list "priorityClassName" "nodeSelector" "tolerations" "affinity" "initContainers" }}
{{- $json := include "sluice.ofPod" (set $of "key" $key) }}
{{- if not (has $json (list "{}" "[]" "\"\"" "null")) }}
{{ $key }}: {{ $json }}
{{- end }}
{{- end }}
{{- $spread := include "sluice.ofPod" (set $of "key" "topologySpreadConstraints") }}
{{- if eq $spread "null" }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "sluice.selector" $ | nindent 8 }}
  {{- end }}
{{- else if ne $spread "[]" }}
topologySpreadConstraints: {{ $spread }}
{{- end }}
containers:
  - name: {{ .component }}
    image: {{ include "sluice.image" . | quote }}
    imagePullPolicy: {{ include "sluice.pullPolicy" . }}
    securityContext: {{- toYaml $root.Values.containerSecurityContext | nindent 6 }}
    args: {{- toYaml .args | nindent 6 }}
    env:
      - name: POD_NAME
        valueFrom: {fieldRef: {fieldPath: metadata.name}}
      - name: JAVA_TOOL_OPTIONS
        value: {{ printf "-XX:MaxRAMPercentage=%s -XX:+ExitOnOutOfMemoryError %s" (include "sluice.scalar" (default 50 .v.heapPercent)) (default $root.Values.podDefaults.javaOptions .v.javaOptions) | trim | quote }}
      - name: MALLOC_ARENA_MAX
        value: "2"
      {{- with concat $root.Values.podDefaults.env (default list .v.env) }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- if .serves }}
    ports:
      - {name: http, containerPort: 8080}
    startupProbe:
      httpGet: {path: /healthz, port: http}
      periodSeconds: 5
      failureThreshold: 60
    livenessProbe:
      httpGet: {path: /healthz, port: http}
      periodSeconds: 10
      timeoutSeconds: 5
      failureThreshold: 6
    readinessProbe:
      httpGet: {path: /readyz, port: http}
      periodSeconds: 5
      timeoutSeconds: 5
    {{- end }}
    resources: {{- toYaml .v.resources | nindent 6 }}
    volumeMounts:
      - {name: tmp, mountPath: /tmp}
      {{- if .config }}
      - {name: config, mountPath: /etc/sluice/config, readOnly: true}
      {{- if $root.Values.kafka.existingSecret }}
      - {name: secret, mountPath: /etc/sluice/secret, readOnly: true}
      {{- end }}
      {{- if and .token $root.Values.catalogToken.existingSecret }}
      - {name: token, mountPath: /etc/sluice/token, readOnly: true}
      {{- end }}
      {{- range $i, $mount := $root.Values.kafka.secretMounts }}
      - {name: secret-{{ $i }}, mountPath: {{ $mount.mountPath | quote }}, readOnly: true}
      {{- end }}
      {{- end }}
      {{- if .state }}
      - {name: state, mountPath: /var/lib/sluice}
      {{- end }}
      {{- with concat $root.Values.podDefaults.volumeMounts (default list .v.volumeMounts) }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: tmp
    emptyDir: {}
  {{- if .config }}
  - name: config
    configMap: {name: {{ .config }}}
  {{- if $root.Values.kafka.existingSecret }}
  - name: secret
    secret: {secretName: {{ $root.Values.kafka.existingSecret | quote }}, defaultMode: 288}
  {{- end }}
  {{- if and .token $root.Values.catalogToken.existingSecret }}
  - name: token
    secret: {secretName: {{ $root.Values.catalogToken.existingSecret | quote }}, defaultMode: 288}
  {{- end }}
  {{- range $i, $mount := $root.Values.kafka.secretMounts }}
  - name: secret-{{ $i }}
    secret: {secretName: {{ $mount.secretName | quote }}, defaultMode: 288}
  {{- end }}
  {{- end }}
  {{- if eq .state "memory" }}
  - name: state
    emptyDir: {}
  {{- end }}
  {{- with concat $root.Values.podDefaults.volumes (default list .v.volumes) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
