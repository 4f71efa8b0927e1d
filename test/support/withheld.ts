/** The answers of a service, which a test may keep back until it says so. */
export class Withheld {
  #go: Promise<void> = Promise.resolve();

  /** From now on the service begins requests and does not answer them; the function that is returned lets it. */
  begin(): () => void {
    let end: () => void = () => undefined;
    this.#go = new Promise((resolve) => (end = resolve));
    return end;
  }

  /** Resolves when the service may answer what it begins now. */
  get over(): Promise<void> {
    return this.#go;
  }
}
