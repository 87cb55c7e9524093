import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { command } from '../../command.ts'

const main = fileURLToPath(new URL('../../../services/kafka-topics/main.ts', import.meta.url))

test('a Job that lacks settings names all of them and fails, so that it is seen and tried again', async () => {
  const job = command(spawn(process.execPath, [main], { env: { KAFKA_BROKERS: 'broker' } }))
  expect(await job.end()).toBe(1)
  expect(job.said()).toMatch(
    /^KAFKA_BROKERS must match pattern .*, but is "broker" \(.*\)\nTOPIC_PARTITIONS is missing .*\nTOPIC_MIN_INSYNC_REPLICAS is missing .*\n$/,
  )
})
