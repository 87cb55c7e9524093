import { expect, test, vi } from 'vitest'
import { serveMetrics } from '../../../../../scripts/breaker-watch/exporter/serve.ts'

test('metrics for who scrapes, health for probes, and why there are no metrics', async () => {
  const scrape = vi.fn(async () => 'a 1\n')
  const server = await serveMetrics(0, { scrape, close: () => undefined })
  try {
    const address = server.address()
    const ask = (path: string) => fetch(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${path}`)
    const metrics = await ask('/metrics')
    expect([metrics.status, metrics.headers.get('content-type'), await metrics.text()]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'a 1\n',
    ])
    expect((await ask('/healthz')).status).toBe(200)
    expect((await ask('/')).status).toBe(404)
    // Whether it is well is asked all the time: that reads no proxies.
    expect(scrape).toHaveBeenCalledTimes(1)
    scrape.mockRejectedValueOnce(new Error('no proxies'))
    const failed = await ask('/metrics')
    expect([failed.status, await failed.text()]).toEqual([500, 'no proxies\n'])
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
