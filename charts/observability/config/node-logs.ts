import { dataNamespace, telemetryHost, telemetryServices } from '../../../services/shared/contracts/deployment.ts'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { collectorPorts, collectorTelemetry, memoryLimiter } from './collector-parts.ts'

/** Where a node keeps what containers write. */
export const podLogs = '/var/log/pods'
/** Where it is remembered how far each file has been read: on the node, so that a pod's successor goes on there. */
export const positions = '/var/lib/breakwater-node-logs'

/** What the whole collector may have, in mebibytes. */
export const nodeLogsMemory = 192

/** Bytes of a line that are kept. */
const longestLine = 131_072

/** Backslashes are OTTL's own, too. */
const capitalLevel = String.raw`\\b(?P<level>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\\b`
const tabbedLevel = String.raw`^[^\\t ]+\\t(?P<level>trace|debug|info|warn|warning|error|critical)\\t`
const isPlain = String.raw`where not IsMatch(log.body, "^\\{")`

const record = 'log.cache["record"]'
const isSet = (field: string): string => `${record}["${field}"] != nil`

/**
 * The collector on each node: lines of the shop's containers and of their proxies → records with workload, pod, time, level, trace and
 * order, each with the line as it was written. A line that the gateway does not take is sent again, and files are not read on meanwhile.
 */
export const nodeLogsConfig = (): object => ({
  extensions: {
    health_check: { endpoint: `0.0.0.0:${collectorPorts.health}` },
    file_storage: { directory: positions, create_directory: true },
  },
  receivers: {
    file_log: {
      include: [namespace, dataNamespace].map((name) => `${podLogs}/${name}_*/*/*.log`),
      start_at: 'beginning',
      include_file_path: true,
      include_file_name: false,
      storage: 'file_storage',
      max_log_size: '1MiB',
      retry_on_failure: { enabled: true, max_elapsed_time: 0 },
      operators: [{ type: 'container', id: 'container' }],
    },
  },
  processors: {
    memory_limiter: memoryLimiter(nodeLogsMemory),
    // The pod's own labels tell more than its name.
    k8s_attributes: {
      auth_type: 'serviceAccount',
      filter: { node_from_env_var: 'NODE_NAME', namespace },
      extract: {
        metadata: ['k8s.node.name'],
        labels: [
          { tag_name: 'service.name', key: 'app', from: 'pod' },
          { tag_name: 'service.version', key: 'version', from: 'pod' },
        ],
      },
      pod_association: [{ sources: [{ from: 'resource_attribute', name: 'k8s.pod.uid' }] }],
    },
    'transform/workload': {
      error_mode: 'ignore',
      log_statements: [
        {
          context: 'resource',
          statements: [
            // `catalog-7d9c5b6f4-x2x7k`, `kafka-0`: before the API server has told of a new pod, and where it is not asked.
            'set(resource.cache["workload"], resource.attributes["k8s.pod.name"])',
            'replace_pattern(resource.cache["workload"], "(-[a-z0-9]{6,10}-[a-z0-9]{5}|-[0-9]+)$", "")',
            'set(resource.attributes["service.name"], resource.cache["workload"]) where resource.attributes["service.name"] == nil',
            'set(resource.attributes["service.instance.id"], resource.attributes["k8s.pod.name"])',
          ],
        },
      ],
    },
    'transform/record': {
      // Anybody may write a line that begins with a brace and goes on otherwise: it is kept as it is.
      error_mode: 'silent',
      log_statements: [
        {
          context: 'log',
          statements: [
            'set(log.severity_text, "info")',
            // Istio's agent and Envoy itself write `time<tab>level<tab>text`; Kafka and PostgreSQL write the level in capitals.
            ...[tabbedLevel, capitalLevel].map(
              (pattern) => `merge_maps(log.cache, ExtractPatterns(log.body, "${pattern}"), "upsert") ${isPlain}`,
            ),
            'set(log.severity_text, ConvertCase(log.cache["level"], "lower")) where log.cache["level"] != nil',
            // JSON: what services log, and what proxies log of each request.
            `set(${record}, ParseJSON(log.body)) where IsMatch(log.body, "^\\\\{")`,
            `set(log.severity_text, ${record}["level"]) where IsString(${record}["level"])`,
            `set(log.severity_text, "warn") where ${isSet('response_code')} and (${record}["response_code"] == 0 or ${record}["response_code"] >= 500)`,
            'set(log.severity_text, "warn") where log.severity_text == "warning"',
            'set(log.severity_text, "fatal") where log.severity_text == "critical"',
            `set(log.time, Time(${record}["time"], "%Y-%m-%dT%H:%M:%S.%LZ")) where ${isSet('time')}`,
            // Proxies write late what they have served.
            `set(log.time, Time(${record}["start_time"], "%Y-%m-%dT%H:%M:%S.%LZ")) where ${isSet('start_time')}`,
            `set(log.trace_id.string, ${record}["trace_id"]) where IsString(${record}["trace_id"])`,
            `set(log.span_id.string, ${record}["span_id"]) where IsString(${record}["span_id"])`,
            `set(log.trace_id.string, Substring(${record}["traceparent"], 3, 32)) where IsString(${record}["traceparent"])`,
            // Under a name that no store gives another one.
            'set(log.attributes["level"], log.severity_text)',
            `set(log.attributes["order_id"], ${record}["orderId"]) where IsString(${record}["orderId"])`,
            // Last, because what is cut off is no JSON any more.
            `set(log.body, Substring(log.body, 0, ${longestLine})) where Len(log.body) > ${longestLine}`,
            'delete_key(log.attributes, "log.file.path")',
            'delete_key(log.attributes, "logtag")',
          ],
        },
      ],
    },
  },
  exporters: {
    otlp_grpc: {
      endpoint: `${telemetryHost('collector')}:${telemetryServices.collector.grpc}`,
      tls: { insecure: true },
      // What the receiver has sent is what the gateway has taken.
      sending_queue: { enabled: false },
      retry_on_failure: { enabled: false },
    },
  },
  service: {
    extensions: ['health_check', 'file_storage'],
    telemetry: collectorTelemetry,
    pipelines: {
      logs: {
        receivers: ['file_log'],
        processors: ['memory_limiter', 'k8s_attributes', 'transform/workload', 'transform/record'],
        exporters: ['otlp_grpc'],
      },
    },
  },
})
