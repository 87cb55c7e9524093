import { expect, test } from 'vitest'
import { killReplica, pauseReplica, rollingRestart } from '../../../../../scripts/experiments/core/replica-actions.ts'
import { fakeTarget } from './fake-target.ts'

const payments = { namespace: 'shop', workload: 'payments', name: 'payments-0' }

/** A mesh that writes down what is asked of it. */
function mesh() {
  const asked: string[] = []
  const target = fakeTarget({
    kill: async ({ name }, { hold = false } = {}) => void asked.push(`kill ${name}${hold ? ' and hold' : ''}`),
    pause: async ({ name }) => void asked.push(`pause ${name}`),
    resume: async ({ name }) => void asked.push(`resume ${name}`),
    restart: async ({ name }) => void asked.push(`restart ${name}`),
    admin: () => async (_, path) => {
      asked.push(path)
      return ''
    },
  })
  return { target, asked }
}

test('a replica is killed, or held dead until that is rolled back', async () => {
  const { target, asked } = mesh()
  for (const { apply, rollback } of [killReplica(target, payments), killReplica(target, payments, { hold: true })]) {
    await apply()
    await rollback()
  }
  expect(asked).toEqual(['kill payments-0', 'resume payments-0', 'kill payments-0 and hold', 'resume payments-0'])
})

test('a replica is paused, and where nobody can do that its proxy keeps every request', async () => {
  const { target, asked } = mesh()
  const paused = pauseReplica(target, payments, { beyondMs: 60_000 })
  await paused.apply()
  await paused.rollback()
  const { pause: _, ...unable } = target
  await pauseReplica(unable, payments, { beyondMs: 60_000 }).apply()
  expect(asked).toEqual([
    'pause payments-0',
    'resume payments-0',
    '/runtime_modify?fault.http.delay.fixed_delay_percent=100&fault.http.delay.fixed_duration_ms=60000',
  ])
})

test('a workload is restarted, which leaves nothing to roll back', async () => {
  const { target, asked } = mesh()
  const { apply, rollback } = rollingRestart(target, { namespace: 'shop', name: 'catalog' })
  await apply()
  await rollback()
  expect(asked).toEqual(['restart catalog'])
})
