import { rename, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { unwritable } from '../room.ts'
import type { RunningReplica } from './replica.ts'

const everyMs = 30_000
const maxBytes = 32 * 1024 * 1024

/**
 * Keeps each sidecar's access log below some 64 MB: a full one becomes `<file>.1`, and Envoy is told to open it anew.
 * @param failed takes one line about a file that cannot be renamed; it is tried again the next time
 * @returns stops doing so
 */
export function boundAccessLogs(replicas: readonly RunningReplica[], failed: (line: string) => void): () => void {
  const timer = setInterval(() => {
    for (const replica of replicas) bound(replica).catch((error: unknown) => failed(unwritable(replica.accessLog, error).message))
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

async function bound({ accessLog, ports }: RunningReplica): Promise<void> {
  const size = await stat(accessLog).then(
    (file) => file.size,
    () => 0,
  )
  if (size < maxBytes) return
  await rename(accessLog, `${accessLog}.1`)
  request({ host: '127.0.0.1', port: ports.admin, path: '/reopen_logs', method: 'POST', agent: false })
    .on('error', () => {})
    .end()
}
