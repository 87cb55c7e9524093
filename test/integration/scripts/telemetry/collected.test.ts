import { randomBytes } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identify } from '../../../../scripts/local/processes/process-identity.ts'
import type { LocalState } from '../../../../scripts/local/state.ts'
import { exitOf, type TinyShop, tinyShop } from '../local/tiny-shop.ts'

const soon = { timeout: 15_000, interval: 200 }
const traceId = randomBytes(16).toString('hex')
const order = 'ord_4-Kx_0mCq-Hb2wZ1tYp-7A'

let shop: TinyShop
beforeAll(async () => {
  shop = await tinyShop()
  expect(await shop.runAsProcess('up')).toMatchObject({ code: 0, err: '' })
})
afterAll(() => shop.remove())

const collector = async (): Promise<NonNullable<LocalState['telemetry']>> => {
  const telemetry = (await shop.state())?.telemetry
  if (!telemetry) throw new Error('There is no collector.')
  return telemetry
}
const ask = (path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${shop.port}${path}`, { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } })
/** What `logs` prints with these conditions; empty when nothing is found. */
const found = async (...conditions: string[]): Promise<string[]> =>
  (await shop.run('logs', ...conditions)).out.split('\n').filter((line) => line !== '')

test('a request is found by its trace, by words and by its service, as the sidecar has logged it', async () => {
  expect((await ask(`/v1/orders/${order}`)).status).toBe(200)
  await expect.poll(() => found('--trace', traceId), soon).toHaveLength(1)
  const [line = ''] = await found(`/v1/orders/${order}`)
  expect(line).toMatch(
    /gateway-0\/sidecar +info +← GET 127\.0\.0\.1:\d+\/v1\/orders\/ord_4-Kx_0mCq-Hb2wZ1tYp-7A 200 duration=\d+ms upstream=127\.0\.0\.1:\d+/,
  )
  expect(await found('--order', order)).toEqual([line])
  expect(await found('--service', 'gateway-0', '--since', '5m')).toContain(line)
  expect(JSON.parse((await found('--trace', traceId, '--json'))[0] ?? '')).toMatchObject({
    workload: 'gateway',
    container: 'sidecar',
    level: 'info',
    response_flags: '-',
    response_code: 200,
  })
})

test('logs without a condition are what they were; what is no process is searched for', async () => {
  expect(await found('gateway')).toEqual(expect.arrayContaining([expect.stringMatching(/gateway-0 +info +listening$/)]))
  expect(await found('listening', '--service', 'gateway')).toEqual([expect.stringMatching(/listening$/)])
  expect(await shop.run('logs', 'nosuchword')).toMatchObject({ code: 1, err: 'Nothing in the logs matches.\n' })
  expect(await shop.run('logs', '--trace', 'xyz')).toMatchObject({ code: 2, err: "'xyz' is no trace id: it has 32 hex digits\n" })
  expect((await shop.run('logs', '--since', 'noon')).code).toBe(2)
})

test('a search that follows prints what comes, once', async () => {
  const following = shop.start('logs', 'followed', '--follow', '--lines', '0')
  let out = ''
  following.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  let asked = 0
  const askAgain = async (): Promise<string> => {
    await ask(`/followed/${asked++}`)
    return out
  }
  await expect.poll(askAgain, soon).toMatch(/\/followed\/\d+ 200/)
  const last = asked - 1
  await expect.poll(() => out, soon).toContain(`/followed/${last} 200`)
  following.kill('SIGINT')
  await exitOf(following)
  const numbers = [...out.matchAll(/\/followed\/(\d+) /g)].map(([, number]) => Number(number))
  expect(numbers).toEqual(numbers.map((_, index) => last - numbers.length + 1 + index))
})

test('the collector is killed: customers do not notice, and what was logged meanwhile is found once', async () => {
  const { pid = 0, port } = await collector()
  expect((await shop.run('status')).out).toContain(`collector of logs and traces pid ${pid} :${port} `)
  process.kill(pid, 'SIGKILL')
  const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => ask(`/while-away/${number}`)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
  await expect.poll(collector, soon).not.toMatchObject({ pid })
  await expect.poll(collector, soon).toMatchObject({ status: 'ready', pid: expect.any(Number) })
  await expect.poll(() => found('"while-away"'), soon).toHaveLength(20)
  expect(await found('"while-away"', '--trace', traceId)).toHaveLength(20)
})

test('the collector stands still: customers do not notice, and all is found when it goes on', async () => {
  const { pid = 0 } = await collector()
  process.kill(pid, 'SIGSTOP')
  try {
    const began = performance.now()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => ask(`/while-still/${number}`)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    // Not one of them has waited for a time-out.
    expect(performance.now() - began).toBeLessThan(5_000)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await expect.poll(() => found('"while-still"'), soon).toHaveLength(20)
})

test('spans over OTLP become a waterfall', async () => {
  // Nobody has asked for this one over HTTP: all that is known of it is what is sent here.
  const [traceId, order] = [randomBytes(16).toString('hex'), 'ord_sent-7A']
  const send = async (): Promise<number> => {
    const span = (spanId: string, name: string, fields: object) => ({
      traceId,
      spanId,
      name,
      startTimeUnixNano: '1767323045000000000',
      endTimeUnixNano: '1767323045010000000',
      attributes: [{ key: 'breakwater.order_id', value: { stringValue: order } }],
      ...fields,
    })
    const spans = [
      span('a'.repeat(16), 'POST /v1/orders', {}),
      span('b'.repeat(16), 'command PlaceOrder', { parentSpanId: 'a'.repeat(16) }),
    ]
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] }
    const answer = await fetch(`http://127.0.0.1:${(await collector()).port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
    })
    return answer.status
  }
  expect(await send()).toBe(200)
  await expect.poll(async () => (await shop.run('trace', 'last')).code, soon).toBe(0)
  const { out } = await shop.run('trace', 'last')
  expect(out).toContain(`Order ${order}  trace ${traceId}`)
  expect(out).toMatch(/0 µs {2}POST \/v1\/orders +orders +█+ +10\.0 ms\n0 µs {2}└ command PlaceOrder +orders +█+ +10\.0 ms\n/)
  expect(out).not.toContain('\u001b')
  expect(JSON.parse((await shop.run('trace', traceId, '--json')).out)).toMatchObject([{ traceId, spans: [{ spanId: 'a'.repeat(16) }, {}] }])
  expect(await shop.run('logs', '--order', 'last')).toMatchObject({ code: 1, err: 'Nothing in the logs matches.\n' })
  expect(await shop.run('trace', 'ord_nobody')).toMatchObject({ code: 1, err: expect.stringContaining('no spans of ord_nobody') })
})

test('down ends the collector; what it stored is there after a restart, also when a part of it is damaged', async () => {
  const { pid = 0 } = await collector()
  expect((await shop.runAsProcess('down')).code).toBe(0)
  expect(identify(pid)).toBeUndefined()
  expect(await found('"while-away"', '--trace', traceId)).toHaveLength(20)
  const folder = join(shop.folder, 'telemetry')
  const [newest = ''] = (await readdir(folder))
    .filter((name) => name.endsWith('.db'))
    .toSorted()
    .reverse()
  await writeFile(join(folder, newest), 'no database'.repeat(1000))
  expect(await shop.run('logs', '--trace', traceId)).toMatchObject({ code: 1, err: expect.stringContaining('is damaged and left out') })
  expect((await shop.runAsProcess('up')).code).toBe(0)
  await expect.poll(() => found('is damaged'), soon).toEqual([expect.stringContaining('it is set aside as')])
  expect((await ask('/again')).status).toBe(200)
  await expect.poll(() => found('/again', '--trace', traceId), soon).toHaveLength(1)
})

test('switched off, there is no collector, and logs are there', async () => {
  expect((await shop.runAsProcess('down', '--purge')).code).toBe(0)
  expect((await shop.runWith({ BREAKWATER_TELEMETRY: 'off' }, 'up')).code).toBe(0)
  expect((await shop.state())?.telemetry).toBeUndefined()
  expect(await found('gateway')).not.toEqual([])
  expect(await shop.run('logs', '--level', 'warn')).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is nothing to search yet.'),
  })
})
