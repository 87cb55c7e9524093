import { spawn } from 'node:child_process'
import { expect, inject, test } from 'vitest'
import { command } from '../command.ts'

test('a deployment of what runs already changes nothing, and says what can be done next', async () => {
  const deployment = command(spawn(process.execPath, ['scripts/cluster/main.ts', 'deploy']))
  expect(await deployment.end(), deployment.said()).toBe(0)
  expect(deployment.said()).toContain('nothing to change')
  expect(deployment.said()).toContain(`curl ${inject('entryUrl')}/v1/products`)
  expect(deployment.said()).toContain('npm run -s fault -- catalog-ejection --target cluster')
})
