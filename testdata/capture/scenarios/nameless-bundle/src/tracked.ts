export interface Tracked {
  readonly customer: string;
  touched(): number;
}

type Class = new (...values: any[]) => object;

/** Adds a trail of changes to a class. */
export function tracked<T extends Class>(Base: T) {
  return class extends Base {
    trail: number[] = [];
    touched(): number {
      return this.trail.push(this.trail.length);
    }
  };
}
