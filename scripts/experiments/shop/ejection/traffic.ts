/** A customer's requests, one after another, so that every count can be exact. */
export interface Traffic {
  /** Sends one `GET /v1/products` and remembers whether it was answered whole. */
  send(): Promise<void>
  readonly sent: number
  readonly succeeded: number
  /** The longest that an answer took. */
  readonly slowestMs: number
}

const timeoutMs = 10_000

/** @param gatewayUrl of the gateway */
export function productTraffic(gatewayUrl: string): Traffic {
  let sent = 0
  let succeeded = 0
  let slowestMs = 0
  return {
    get sent() {
      return sent
    },
    get succeeded() {
      return succeeded
    },
    get slowestMs() {
      return slowestMs
    },
    send: async () => {
      sent += 1
      const started = performance.now()
      if (await isWhole(`${gatewayUrl}/v1/products`)) succeeded += 1
      slowestMs = Math.max(slowestMs, performance.now() - started)
    },
  }
}

/** An answer that leaves parts out names them in `degraded`: polite, but not a success of the breaker. */
async function isWhole(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    const { degraded, products } = (await response.json()) as { degraded?: unknown[]; products?: unknown[] }
    return response.status === 200 && (degraded ?? []).length === 0 && (products ?? []).length > 0
  } catch {
    return false
  }
}
