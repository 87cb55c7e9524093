import { request } from 'undici'

/** One call as an app makes it: to its sidecar's outbound listener, with the destination as Host. Nothing is retried here. */
export async function call(port: number, host: string, path = '/', headers: Record<string, string> = {}) {
  const response = await request(`http://127.0.0.1:${port}${path}`, { headers: { ...headers, host } })
  return { status: response.statusCode, overloaded: response.headers['x-envoy-overloaded'], body: await response.body.text() }
}
