/** Something that ends once, and all who want to know of it. */
export class Ending {
  readonly #listeners = new Set<() => void>();
  #over = false;

  get isOver(): boolean {
    return this.#over;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Called at the end, or at once if it has been; gives what takes the listener back. */
  onEnd(listener: () => void): () => void {
    if (this.#over) listener();
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
