{{- define "attune.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "attune.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "attune.name" .) .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "attune.name" .) | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* What never changes over the life of a release: a Deployment's selector cannot. */}}
{{- define "attune.selector" -}}
app.kubernetes.io/name: {{ include "attune.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "attune.labels" -}}
{{ include "attune.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: attune
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "attune.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ printf "%s@%s" .repository .digest }}
{{- else -}}
{{ printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "attune.minReplicas" -}}
{{ ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled }}
{{- end }}

{{/* Numbers of a values file are floats, which would be written as 3e+05. */}}
{{- define "attune.text" -}}
{{- kindIs "string" . | ternary . (toJson .) -}}
{{- end }}

{{/* A variable from a Secret: a list of its name, the Secret and the key. */}}
{{- define "attune.secretVariable" -}}
{{- $key := index . 2 | default (index . 0) -}}
- name: {{ index . 0 }}
  valueFrom: { secretKeyRef: { name: {{ index . 1 | quote }}, key: {{ $key | quote }} } }
{{- end }}

{{- define "attune.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "attune.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Longer than a pod can need: all proxies know that it goes, it answers with Connection: close, the last stream ends. */}}
{{- define "attune.neededGraceSeconds" -}}
{{- $config := .Values.config -}}
{{- $queryMs := $config.QUERY_DEADLINE_MS | default 30000 | int -}}
{{- $streamMs := $config.STREAM_DEADLINE_MS | default 300000 | int -}}
{{- $drainMs := $config.SHUTDOWN_DRAIN_MS | default 8000 | int -}}
{{- $needed := div (add (max $queryMs $streamMs) $drainMs 20999) 1000 -}}
{{ add $needed .Values.preStopSeconds }}
{{- end }}

{{- define "attune.graceSeconds" -}}
{{- $needed := include "attune.neededGraceSeconds" . | int -}}
{{- $chosen := .Values.terminationGracePeriodSeconds | default $needed | int -}}
{{- if lt $chosen $needed -}}
{{- fail (printf "terminationGracePeriodSeconds is %d and must be at least %d: preStopSeconds, SHUTDOWN_DRAIN_MS, the longest stream (STREAM_DEADLINE_MS) and 20 s to close." $chosen $needed) -}}
{{- end -}}
{{ $chosen }}
{{- end }}

{{/* Above QUERY_DEADLINE_MS, so that the API answers first. */}}
{{- define "attune.readTimeoutSeconds" -}}
{{ max 60 (add (div (.Values.config.QUERY_DEADLINE_MS | default 30000 | int) 1000) 30) }}
{{- end }}

{{/* Faults of the values that a schema cannot express. */}}
{{- define "attune.checkValues" -}}
{{- $replicas := include "attune.minReplicas" . | int -}}
{{- if and (gt $replicas 1) (not .Values.secrets.REDIS_URL) (not .Values.secretsFrom) -}}
{{- fail "secrets.REDIS_URL is missing: several replicas notify each other through Redis. Set it, or replicaCount to 1." -}}
{{- end -}}
{{- if and (not .Values.secrets.DATABASE_URL) (not .Values.secretsFrom) -}}
{{- fail "secrets.DATABASE_URL is missing: the chart brings no Postgres; name the Secret that has its URL." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs is missing: name the gateway that the route belongs to." -}}
{{- end -}}
{{- end }}
