/**
 * Preloaded into a second gateway (`node --import`): dials the apps themselves instead of `http://<service>`,
 * so that the same code can be measured without any Envoy. `DIRECT_DIAL` is `{"catalog": [4001, 4002], …}`.
 */
import { createRequire } from 'node:module'
import type { NetConnectOpts, Socket } from 'node:net'

const ports: Record<string, number[]> = JSON.parse(process.env.DIRECT_DIAL ?? '{}')
const net: { connect: (options: NetConnectOpts, ...rest: unknown[]) => Socket } = createRequire(import.meta.url)('node:net')
const connect = net.connect
let dialled = 0

net.connect = (options, ...rest) => {
  const known = 'host' in options ? ports[options.host ?? ''] : undefined
  if (!known) return connect(options, ...rest)
  dialled += 1
  return connect({ ...options, host: '127.0.0.1', port: known[dialled % known.length] ?? 0 }, ...rest)
}
