import { types } from 'node:util';

// Jest runs tests in a realm of their own, so errors that Node's core throws are no instances of the tests' `Error`, and
// `systemCode` would not know them. Outside Jest there is one realm and nothing to mend.
Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: unknown, value: unknown): boolean {
    if (this === Error && types.isNativeError(value)) return true;
    return Function.prototype[Symbol.hasInstance].call(this as () => void, value);
  },
});
