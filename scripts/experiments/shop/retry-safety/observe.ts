import { poll } from '../../../checks/poll.ts'
import { type KeyedOrder, orderStream } from '../../../synthetic-orders/order-stream.ts'
import { placeOrder } from '../../../synthetic-orders/place-order.ts'
import type { Run } from '../../core/experiment.ts'
import type { RequestRecord } from '../../core/traffic-bins.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { EffectsFold } from './effects.ts'
import { openEffects } from './effects-log.ts'
import { loseAnswer } from './lose-answer.ts'
import type { SafetyConfig, SafetyObserved } from './verdict.ts'

const placing = { deadlineMs: 30_000 }
/** Orders end in seconds, and after a kill when their service is back. */
const ending = { timeoutMs: 45_000, everyMs: 300 }
const beginning = { timeoutMs: 10_000, everyMs: 200 }

/**
 * Sends wishes whose answers are lost, sends them again and again, delivers their commands again, and kills the services meanwhile; then
 * delivers all of it once more when it is over.
 */
export async function observeSafety(run: Run<ShopTarget>, { wishes: count, again, sameKey }: SafetyConfig): Promise<SafetyObserved> {
  const { target, signal, progress, elapsedMs } = run
  const { gatewayUrl } = target
  const seed = `twice-${Date.now().toString(36)}`
  const wishes = [...orderStream({ seed, count, customers: count })]
  const customers = new Set(wishes.map(({ request }) => request.customerId))
  const keyed = (wish: KeyedOrder, turn: number): KeyedOrder =>
    sameKey ? wish : { ...wish, idempotencyKey: `${wish.idempotencyKey}-${turn}` }
  const requests: RequestRecord[] = []
  const recorded = async <Result>(sending: Promise<Result>, outcome: (result: Result) => RequestRecord['outcome']) => {
    const sentAtMs = elapsedMs()
    const result = await sending
    requests.push({ sentAtMs, endedAtMs: elapsedMs(), outcome: outcome(result) })
    return result
  }
  const log = await openEffects(target)
  try {
    const lost = await Promise.all(
      wishes.map((wish, turn) => recorded(loseAnswer(keyed(wish, 0), gatewayUrl, turn % 2 === 0 ? 'answered' : 'sent'), () => 'failed')),
    )
    const begun = (effects: EffectsFold) => [...customers].filter((one) => effects.of(one).orders.length > 0).length
    await poll(log.read, (effects) => begun(effects) >= count / 2, { ...beginning, signal })
    const early = await log.deliverAgain(customers)
    await run.applyAction()
    progress(`${lost.length} answers lost, ${early} commands delivered again, services killed`)
    const placements = await Promise.all(
      wishes.map((wish) =>
        Promise.all(
          Array.from({ length: again }, (_, turn) =>
            recorded(placeOrder(keyed(wish, turn + 1), { gatewayUrl, ...placing, signal }), ({ outcome }) =>
              outcome === 'accepted' ? 'ok' : 'failed',
            ),
          ),
        ),
      ),
    )
    run.event('orders sent again')
    await poll(log.read, hasEnded(customers), { ...ending, signal })
    const late = await log.deliverAgain(customers)
    run.event('all commands delivered again')
    progress(`${late} commands delivered again, when all orders had ended`)
    const effects = await poll(log.read, (now) => hasEnded(customers)(now) && allAnswered(now, customers), { ...ending, signal })
    return {
      lost: lost.filter((one) => one).length,
      wishes: wishes.map(({ request: { customerId, lines } }, turn) => ({
        asked: Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity])),
        answers: (placements[turn] ?? []).map((one) => (one.outcome === 'accepted' ? one.orderId : one.outcome)),
        effects: effects.of(customerId),
      })),
      deliveredAgain: early + late,
      commands: [...effects.delivered(customers).values()],
      requests,
    }
  } finally {
    await log.close()
  }
}

const hasEnded = (customers: ReadonlySet<string>) => (effects: EffectsFold) =>
  [...customers].every((one) => {
    const { orders, ended } = effects.of(one)
    return orders.length > 0 && orders.every((order) => ended.includes(order))
  })

const allAnswered = (effects: EffectsFold, customers: ReadonlySet<string>): boolean =>
  [...effects.delivered(customers).values()].every(({ records, answered }) => answered >= records)
