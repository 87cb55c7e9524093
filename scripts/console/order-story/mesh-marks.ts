import { parseRecord, timeOf } from '../../telemetry/collect/log-entry.ts'
import type { FoundLine } from '../../telemetry/store/reader.ts'
import type { MeshMark } from './story.ts'

/** What Envoy's flags mean in a few words. https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags */
const meanings: Readonly<Record<string, string>> = {
  UO: 'the pool was full',
  UH: 'all hosts were ejected',
  UF: 'no connection',
  UC: 'the connection broke',
  UT: 'no answer in time',
  URX: 'given up after all retries',
  NR: 'no route',
  LR: 'reset by the proxy',
  UR: 'reset by the other side',
  DC: 'the caller has gone',
  FI: 'a fault was injected',
  DI: 'a delay was injected',
}

/** Who is asked, by name: `orders.breakwater.svc.cluster.local:80` → `orders`. */
const shortHost = (authority: string): string => authority.replace(/:\d+$/, '').split('.')[0] ?? authority

/** Lines of callers' proxies → the requests that they sent more than once, or refused. */
export function meshMarks(lines: readonly FoundLine[]): MeshMark[] {
  return lines.flatMap(({ line }) => {
    const record = parseRecord(line)
    const startMs = timeOf(record?.time)
    if (record?.direction !== 'outbound' || startMs === undefined) return []
    const { workload, replica, method, path, authority, duration, response_code: code } = record
    const attempts = typeof record.upstream_request_attempt_count === 'number' ? record.upstream_request_attempt_count : 1
    const flags = typeof record.response_flags === 'string' && record.response_flags !== '-' ? record.response_flags : undefined
    if (attempts <= 1 && flags === undefined) return []
    const meaning = flags?.split(',').map((flag) => `${meanings[flag] ?? 'refused'} (${flag})`)
    return [
      {
        atMs: startMs + (typeof duration === 'number' ? duration : 0),
        kind: flags === undefined ? 'retry' : 'refused',
        caller: `${workload}-${replica}`,
        destination: shortHost(String(authority)),
        ...(flags !== undefined && { flags }),
        attempts,
        ...(typeof code === 'number' && { status: code }),
        text: [`${method} ${String(path).slice(0, 200)}`, attempts > 1 && `sent ${attempts} times`, ...(meaning ?? [])]
          .filter(Boolean)
          .join(', '),
      },
    ]
  })
}
