// Why a module did not do what it was asked, in plain words.

const words = {
  truncated: (e) => `${e.field} ends too early`,
  outOfRange: (e) => `${e.field} is not an allowed value`,
  invalidEncoding: (e) => `${e.field} is not a valid point or scalar`,
  invalidText: (e) => `${e.field} is not allowed text`,
  trailingBytes: () => "there are bytes too many",
  wrongNumberOfContests: (e) => `there are ${e.bound} contests to answer`,
  wrongNumberOfOptions: (e) => `contest ${e.contest + 1} has ${e.bound} options`,
  valueOutOfRange: (e) => `contest ${e.contest + 1}, option ${e.option + 1}: at most ${e.bound} is allowed`,
  undervote: (e) => `contest ${e.contest + 1}: at least ${e.bound} must be given`,
  overvote: (e) => `contest ${e.contest + 1}: at most ${e.bound} may be given`,
  otherElection: (e) => `${e.field} belongs to another election`,
  otherCredential: (e) => `${e.field} was made with another credential`,
  wrongNumberOfBits: (e) => `${e.field} has not ${e.bound} encrypted bits`,
  wrongSum: (e) => `the values of contest ${e.contest + 1} do not have the sum they must have`,
  invalidProof: (e) => `the proof or signature of ${e.field} does not hold`,
  doesNotOpen: (e) => `${e.field} is not what its opening says`,
  badSignature: () => "a signature does not hold or is missing",
  quorumNotReached: (e) => `there are fewer than ${e.bound} cosignatures`,
  rootMismatch: () => "the hashes do not lead to the root",
  otherLog: () => "it belongs to another log",
  wrongSize: () => "index or size is not possible",
  proofLength: () => "the proof has the wrong number of hashes",
  malformedLog: () => "it is not a receipt, checkpoint or key of a log",
  wrongTracker: (e) => `${e.field} shows another tracker than that of its ballot`,
  notARecord: (e) => `the record is not whole: ${e.field} is missing`,
  unknownCall: () => "this module does not do that",
};

/** A request that was not fulfilled. `code` is for programs, `message` for people. */
export class ComitiaError extends Error {
  /**
   * @param {string} code one of the names above
   * @param {{field?: string, contest?: number, option?: number, bound?: number}} [details] contests and options counted from 0
   */
  constructor(code, details = {}) {
    super(words[code]?.(details) ?? code);
    this.name = "ComitiaError";
    this.code = code;
    Object.assign(this, details);
  }
}
