/**
 * One request to the admin interface of an Envoy; answers the body.
 * @throws Error that names the proxy, when it does not answer or answers a status other than 200
 */
export type Admin = (method: 'GET' | 'POST', path: string) => Promise<string>

/**
 * @param proxy whose it is, for messages: `the proxy of catalog-0`
 * @param portOf where it is reached: a port of 127.0.0.1
 * @param timeoutMs for one answer
 */
export const envoyAdmin =
  (proxy: string, portOf: () => number | Promise<number>, timeoutMs = 10_000): Admin =>
  async (method, path) => {
    const url = `http://127.0.0.1:${await portOf()}${path}`
    const { status, text } = await ask(url, { method, signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
      throw new Error(`${proxy} does not answer ${path} (${causeOf(error)})`)
    })
    if (status !== 200) throw new Error(`${proxy} answered ${status} to ${method} ${path}: ${text.trim().slice(0, 200)}`)
    return text
  }

async function ask(url: string, request: RequestInit): Promise<{ status: number; text: string }> {
  const response = await fetch(url, request)
  return { status: response.status, text: await response.text() }
}

/** `fetch` itself only says that it failed. */
export const causeOf = (error: unknown): string => {
  const { cause = error } = error instanceof Error ? error : {}
  return cause instanceof Error ? cause.message : String(cause)
}
