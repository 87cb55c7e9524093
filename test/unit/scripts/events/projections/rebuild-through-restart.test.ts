import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Request } from '../../../../../scripts/events/command.ts'
import { rebuild } from '../../../../../scripts/events/commands/rebuild.ts'

const building = { id: 7, projection: 'order-list', state: 'building', begunAt: '2026-01-01T00:00:00.000Z', progress: { done: 1, of: 5 } }
const report = { rows: { old: 1, new: 1 }, hash: { old: 'a', new: 'a' }, differing: 0, differences: [], events: 5, buildMs: 1, holdMs: 1 }

test('a service that restarts on the way is asked again', async () => {
  const looks = ['gone', 503, { ...building, state: 'live', report }]
  const server = createServer(({ method }, response) => {
    const answer = method === 'POST' ? building : looks.shift()
    if (answer === 'gone') response.destroy()
    else response.writeHead(typeof answer === 'number' ? answer : 200).end(JSON.stringify(answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const printed: string[] = []
  const progress: string[] = []
  const request = {
    words: ['order-list'],
    options: { service: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    print: (text: string) => void printed.push(text),
    progress: (text: string) => void progress.push(text),
  }
  try {
    expect(await rebuild.run(request as unknown as Request)).toBe(0)
  } finally {
    server.close()
  }
  expect(printed.join('')).toContain('order-list: generation 7 is in use')
  expect(progress).toContain('order-list  no answer for 0 s, asking again')
})
