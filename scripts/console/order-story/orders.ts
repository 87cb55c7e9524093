import { Type } from 'typebox'
import { changesStatus, statusAfter } from '../../../services/shared/contracts/order-status.ts'
import type { View } from '../context.ts'
import { action, feed, get, NotFound } from '../server/route.ts'
import { type Preset, presets } from './presets.ts'
import type { NewestOrder, OfferedOrder } from './story.ts'

const listed = 15
const longestId = 100

const Placing = Type.Object({ preset: Type.Enum(Object.keys(presets) as Preset[]) })

/** Orders: those that there are, one of them as a story, and how to place and cancel one. */
export const orders: View = (context) => [
  get(
    '/orders/offered',
    async (): Promise<readonly OfferedOrder[]> => Object.entries(presets).map(([preset, { title, what }]) => ({ preset, title, what })),
  ),
  get('/orders', async (): Promise<readonly NewestOrder[]> => {
    const { newestAggregates } = await import('../../events/log/newest-aggregates.ts')
    const heads = await newestAggregates(await context.eventLog(), { kind: 'order', limit: listed })
    return heads.map(({ id, type, time }) => ({ orderId: id, status: changesStatus(type) ? statusAfter[type] : undefined, time }))
  }),
  feed('/orders/:orderId/story', async function* ({ params, signal }) {
    const { watchStory } = await import('./watch-story.ts')
    const orderId = checked(params.orderId)
    const [eventLog, telemetry, breakers] = await Promise.all([context.eventLog(), context.telemetry(), context.breakers()])
    yield* watchStory({ eventLog, telemetry, breakers }, orderId, signal)
  }),
  get('/orders/:orderId/as-of', async ({ params, query }) => {
    const { orderAsOf } = await import('./gateway.ts')
    return orderAsOf(await gatewayUrl(context), checked(params.orderId), query.at)
  }),
  action('/orders', Placing, async ({ preset }) => {
    const [{ placeOrder }, { requestOf }] = await Promise.all([import('./gateway.ts'), import('./presets.ts')])
    const id = crypto.randomUUID()
    return { orderId: await placeOrder(await gatewayUrl(context), requestOf(preset, `console-${id.slice(0, 8)}`), `console-${id}`) }
  }),
  action('/orders/:orderId/cancel', Type.Object({}), async (_, { params }) => {
    const { cancelOrder } = await import('./gateway.ts')
    await cancelOrder(await gatewayUrl(context), checked(params.orderId))
    return {}
  }),
]

const gatewayUrl = async ({ access }: Pick<Parameters<View>[0], 'access'>): Promise<string> => (await access()).gatewayUrl()

/** @throws NotFound when no order is called so */
function checked(orderId: string | undefined): string {
  if (orderId === undefined || orderId === '' || orderId.length > longestId) throw new NotFound('an order has an id, such as ord_…')
  return orderId
}
