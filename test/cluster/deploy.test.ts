import { spawn } from 'node:child_process'
import { expect, inject, test } from 'vitest'
import { command } from '../command.ts'

async function deploy(): Promise<string> {
  const deployment = command(spawn(process.execPath, ['scripts/breakwater.ts', 'deploy']))
  expect(await deployment.end(), deployment.said()).toBe(0)
  return deployment.said()
}

test('a second deployment changes nothing, and says what can be done next', async () => {
  // What other tests have changed is the first one's to put right.
  await deploy()
  const said = await deploy()
  expect(said).toContain('nothing to change')
  expect(said).toContain(`curl ${inject('gatewayUrl')}/v1/products`)
  expect(said).toContain('npx breakwater experiment run catalog-ejection --target cluster')
})
