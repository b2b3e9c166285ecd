import { isObject } from '../json.js';

/** What came from a provider: nothing about it is certain. */
export type Found = Readonly<Record<string, unknown>>;

export function object(value: unknown): Found {
  return isObject(value) ? value : {};
}

export function array(value: unknown): readonly Found[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** '' for what is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** 0 for what is no number. */
export function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
