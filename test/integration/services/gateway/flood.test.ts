import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { Pool } from 'undici'
import { expect, test } from 'vitest'
import { newApiKey } from '../../../../services/gateway/plans/api-key.ts'

const program = fileURLToPath(new URL('limited-server.ts', import.meta.url))

/** ms. Below that, p99 tells what else runs on this machine. */
const noise = 20
/** p99 of a hundred requests is the slowest one: one bad moment of this machine is none of the gateway's. */
const rounds = 3

test('a flood on one key leaves the paced requests of another answered, and not later than twice as late as alone', async () => {
  const [flooding, paced] = [newApiKey(), newApiKey()]
  const stored = [flooding, paced].map(({ id, sha256 }) => ({
    id,
    sha256,
    name: 'test',
    planId: 'fair',
    scopes: [],
    createdAt: '2026-01-01T00:00:00Z',
  }))
  const plans = [{ id: 'fair', throttle: { rate: 60, burst: 60 }, quota: { day: 100_000 } }]
  const server = spawn(process.execPath, [program, JSON.stringify(plans), JSON.stringify(stored)], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [url] = (await once(createInterface(server.stdout), 'line')) as [string]
    const pool = new Pool(url, { connections: 4 })
    const pace = async (requests: number) => {
      const times: number[] = []
      const statuses = new Set<number>()
      const asked = Array.from({ length: requests }, async (_, index) => {
        await setTimeout(index * 20)
        const begun = performance.now()
        const { statusCode, body } = await pool.request({ method: 'GET', path: '/hello', headers: { 'x-api-key': paced.text } })
        await body.dump()
        times.push(performance.now() - begun)
        statuses.add(statusCode)
      })
      await Promise.all(asked)
      return { statuses: [...statuses], p99: times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN }
    }
    await pace(20)
    const later: number[] = []
    for (let round = 0; round < rounds && !later.some((by) => by <= 0); round += 1) {
      const alone = await pace(100)
      const load = { connections: 10, duration: 3, workers: 1 }
      const flood = autocannon({ url: `${url}/hello`, headers: { 'x-api-key': flooding.text }, ...load })
      await setTimeout(500)
      const beside = await pace(100)
      const { '2xx': admitted, '4xx': refused } = await flood
      expect({ alone: alone.statuses, beside: beside.statuses }).toEqual({ alone: [200], beside: [200] })
      expect(refused).toBeGreaterThan(1000)
      expect(admitted).toBeLessThanOrEqual(60 + 60 * 4)
      later.push(beside.p99 - Math.max(2 * alone.p99, noise))
    }
    await pool.close()
    expect(Math.min(...later), `ms later than twice as late as alone: ${later.join(', ')}`).toBeLessThanOrEqual(0)
  } finally {
    server.kill()
  }
})
