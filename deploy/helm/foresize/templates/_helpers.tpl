{{- define "foresize.labels" -}}
app.kubernetes.io/name: foresize
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: foresize
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* OpenFaaS lists secrets by app.kubernetes.io/managed-by: openfaas. Only hooks keep it: Helm overwrites it elsewhere. */}}
{{- define "foresize.secretLabels" -}}
app.kubernetes.io/name: foresize
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: foresize
app.kubernetes.io/managed-by: openfaas
{{- end }}

{{/* Cluster-wide names carry the functions' namespace, so that two installations keep apart. */}}
{{- define "foresize.clusterName" -}}
foresize-{{ .root.Values.functionNamespace }}-{{ .of }}
{{- end }}

{{- define "foresize.prometheusNamespace" -}}
{{ .Values.prometheus.namespace | default .Values.openfaasNamespace }}
{{- end }}

{{/* Rules and scrape jobs are written for openfaas-fn, so that they are valid as they stand in files/. */}}
{{- define "foresize.prometheusFile" -}}
{{ .root.Files.Get (printf "files/prometheus/%s" .file) | replace "openfaas-fn" .root.Values.functionNamespace }}
{{- end }}
