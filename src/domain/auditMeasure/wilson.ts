/** A share of a count, with what it may really be: 0 to 1. */
export interface Rate {
  readonly hits: number;
  readonly of: number;
  /** Null of nothing. */
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 %. */
const Z = 1.959_963_984_540_054;

/**
 * A rate with its Wilson score interval of 95 %, which holds for few samples and for rates near 0 and 1 as well.
 * Of nothing it is anything: 0 to 1.
 */
export function rateWithInterval(hits: number, of: number): Rate {
  if (of <= 0) return { hits: 0, of: 0, value: null, low: 0, high: 1 };
  const share = hits / of;
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const middle = share + (Z * Z) / (2 * of);
  const whole = 1 + (Z * Z) / of;
  return {
    hits,
    of,
    value: share,
    low: Math.max(0, Math.min(share, (middle - spread) / whole)),
    high: Math.min(1, Math.max(share, (middle + spread) / whole)),
  };
}
