import { NoShop } from '../../../cli/command-error.ts'

/** There is no shop that could be broken: it does not run, not all of it, or not as experiments need it. The message says what to do. */
export class ShopNotReady extends NoShop {
  override readonly name = 'ShopNotReady'
}
