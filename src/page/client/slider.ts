import { element, setText } from './element.ts';

/** A slider over a few values that are named. */
export interface Slider {
  readonly root: HTMLElement;
  value(): number | null;
  /** Moves it without telling anybody. */
  set(value: number | null): void;
}

export function createSlider(
  label: string,
  values: readonly (number | null)[],
  text: (value: number | null) => string,
  onInput: () => void,
): Slider {
  const input = element('input', { type: 'range', min: '0', max: String(values.length - 1), step: '1' });
  // No `output`: a label would name that instead of the slider.
  const output = element('b', { 'aria-hidden': 'true' });
  const value = (): number | null => values[Number(input.value)] ?? null;
  const tell = (): void => {
    setText(output, text(value()));
    input.setAttribute('aria-valuetext', text(value()));
  };
  input.addEventListener('input', () => {
    tell();
    onInput();
  });
  return {
    root: element('label', {}, element('span', {}, label), output, input),
    value,
    set(wanted) {
      const distance = (one: number | null): number =>
        one === null || wanted === null ? (one === wanted ? 0 : Infinity) : Math.abs(one - wanted);
      const nearest = values.reduce<number>(
        (best, one, index) => (distance(one) < distance(values[best] ?? null) ? index : best),
        0,
      );
      input.value = String(nearest);
      tell();
    },
  };
}
