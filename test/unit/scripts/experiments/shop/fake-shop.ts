import type { ShopTarget } from '../../../../../scripts/experiments/shop/shop-target.ts'
import { fakeTarget } from '../core/fake-target.ts'

/** A shop without proxies and policy; a test gives the parts it is about. */
export const fakeShop = (parts: Partial<ShopTarget> = {}): ShopTarget => ({
  ...fakeTarget(),
  gatewayUrl: 'http://127.0.0.1:1',
  brokers: async () => [],
  kafkaVersion: async () => undefined,
  app: () => Promise.reject(new Error('not expected in this test: app')),
  splitTraffic: () => Promise.reject(new Error('not expected in this test: splitTraffic')),
  killBroker: () => Promise.reject(new Error('not expected in this test: killBroker')),
  resumeBroker: async () => {},
  ...parts,
})
