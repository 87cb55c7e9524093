import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { fortioLoad } from '../../../../../scripts/bench/mesh/fortio-load.ts'

const load = { url: 'http://catalog/products', requestsPerSecond: 400, seconds: 1, connections: 4 }
const { signal } = new AbortController()

/** A fortio that answers this. */
async function fortio(result: object): Promise<{ port: number; asked: URL[]; close(): void }> {
  const asked: URL[] = []
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://fortio'))
    response.end(JSON.stringify(result))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { port: (server.address() as AddressInfo).port, asked, close: () => server.close() }
}

test('a load is asked for at a fixed rate; its percentiles are milliseconds, and what is not 200 has failed', async () => {
  const { port, asked, close } = await fortio({
    ActualQPS: 399.5,
    DurationHistogram: {
      Count: 400,
      Percentiles: [
        { Percentile: 50, Value: 0.0012 },
        { Percentile: 99, Value: 0.005 },
      ],
    },
    RetCodes: { 200: 390, 503: 9, '-1': 1 },
  })
  expect(await fortioLoad(port, load, signal)).toEqual({ requestsPerSecond: 399.5, p50Ms: 1.2, p99Ms: 5, failed: 10 })
  expect(asked[0]?.pathname).toBe('/fortio/rest/run')
  expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toMatchObject({
    qps: '400',
    t: '1s',
    c: '4',
    uniform: 'on',
    nocatchup: 'on',
    url: load.url,
  })
  close()
})

test('a load that could not begin says what fortio says', async () => {
  const { port, close } = await fortio({ error: 'Unable to resolve catalog' })
  await expect(fortioLoad(port, load, signal)).rejects.toThrow(
    'fortio could not load http://catalog/products: {"error":"Unable to resolve catalog"}',
  )
  close()
})
