import { UsageError } from '../../cli/command-error.ts'

const defaultPort = 8080

/**
 * Where customers reach the gateway: the port of 127.0.0.1 in `PORT`, else 8080.
 * @throws UsageError when PORT is not a port
 */
export function gatewayPortOf({ PORT }: NodeJS.ProcessEnv): number {
  if (!PORT) return defaultPort
  const port = Number(PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new UsageError(`PORT=${PORT} is not a port: use a number from 1 to 65535.`)
  return port
}
