import { expect, test } from 'vitest'
import { connectEventLog } from '../../../services/shared/runtime/kafka/connect-event-log.ts'
import { CommitOutcomeUnknown } from '../../../services/shared/runtime/kafka/event-log.ts'
import { crashTestsClosed, startShopUnderTest } from '../../crash/shop.ts'

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const topic = 'orders.events'
const record = (key: string) => ({ topic, partition: 0, key, value: '{}', headers: {} })

test('the answer to a cut commit is lost; cut early it has not happened, cut late it has', async ({ skip }) => {
  const closed = await crashTestsClosed()
  skip(closed !== undefined, closed)
  let isEarly = true
  const shop = await startShopUnderTest({}, () => (isEarly ? 0 : 1))
  const log = connectEventLog({ brokers: [shop.brokers], clientId: 'gate-test', logger: quiet })
  const written = async () => {
    const keys: string[] = []
    for await (const { records } of log.readPartitions([{ topic, partition: 0, from: 0 }])) keys.push(...records.map(({ key }) => `${key}`))
    return keys
  }
  try {
    const [writer, other] = [log.transactional('orders-0'), log.transactional('payments-0')]
    await writer.fence()
    await writer.commit([record('whole')])
    const cutting = shop.gate.cutCommits('orders', 3_000)
    await expect(writer.commit([record('early')])).rejects.toThrow(CommitOutcomeUnknown)
    isEarly = false
    await writer.fence()
    await expect(writer.commit([record('late')])).rejects.toThrow(CommitOutcomeUnknown)
    // Others commit meanwhile, and so does this one afterwards.
    await other.fence()
    await other.commit([record('other')])
    await cutting
    await writer.fence()
    await writer.commit([record('after')])
    expect(await written()).toEqual(['whole', 'late', 'other', 'after'])
  } finally {
    await log.close()
    await shop.stop(false)
  }
}, 60_000)
