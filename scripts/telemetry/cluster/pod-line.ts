import { parseRecord } from '../collect/log-entry.ts'
import type { FoundLine } from '../store/reader.ts'

/** A line as VictoriaLogs answers: all fields are texts, and `_msg` is the line as the container wrote it. */
export type PodRow = Readonly<Record<string, string>>

/** What the proxy's container is called in a pod. */
const proxy = 'istio-proxy'

/** A line of a pod → the record that the store of a laptop would have: with workload, replica, container, time, level and message in front. */
export function podLine(row: PodRow): FoundLine {
  const { _time: time = '', _msg: line = '', level = 'info' } = row
  const workload = row['service.name'] ?? 'unknown'
  const pod = row['service.instance.id'] ?? workload
  const container = row['k8s.container.name']
  const at = Date.parse(time)
  const front = {
    workload,
    replica: pod.startsWith(`${workload}-`) ? pod.slice(workload.length + 1) : pod,
    container: container === proxy ? 'sidecar' : container === workload ? 'app' : container,
    // Of its nanoseconds people read the first three digits.
    time: new Date(at).toISOString(),
    level,
  }
  return { time: at, line: JSON.stringify({ ...front, ...contentOf(line) }) }
}

function contentOf(line: string): object {
  const record = parseRecord(line)
  if (!record) return { msg: line }
  const { workload, replica, container, time, level, service, pod, start_time, msg, ...rest } = record
  if (!('response_flags' in rest)) return { msg, ...rest }
  const { method, authority, path, response_code: code, upstream_cluster: cluster } = rest
  const direction = typeof cluster === 'string' && cluster.startsWith('inbound|') ? 'inbound' : 'outbound'
  return { msg: `${method} ${authority}${path} ${code}`, direction, ...rest }
}
