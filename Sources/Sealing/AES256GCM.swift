import COpenSSL
import Curve25519
import ThresholdCryptography

/// AES-256-GCM by OpenSSL, with twelve zero bytes as nonce and no additional data: for keys that are used once
/// (`docs/spec/04-trustees.md`, 4.1).
///
/// Constant time where the processor has AES instructions. OpenSSL wipes its key schedule when the context is freed; the key's bytes
/// are wiped here. Where OpenSSL itself fails (no memory, no AES), the process ends: there is nothing safe to do instead.
public enum AES256GCM: ShareCipher {
  private static let tagLength = 16
  private static let nonce = [UInt8](repeating: 0, count: 12)

  public static func seal(key: Bytes32, plaintext: [UInt8]) -> [UInt8] {
    withContext(key: key, encrypting: 1) { context in
      var sealed = [UInt8](repeating: 0, count: plaintext.count)
      var count: Int32 = 0
      require(EVP_EncryptUpdate(context, &sealed, &count, plaintext, Int32(plaintext.count)))
      var tag = [UInt8](repeating: 0, count: tagLength)
      require(EVP_EncryptFinal_ex(context, &tag, &count))
      require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag))
      return sealed + tag
    }
  }

  public static func open(key: Bytes32, sealed: [UInt8]) -> [UInt8]? {
    guard sealed.count >= tagLength else { return nil }
    return withContext(key: key, encrypting: 0) { context in
      let ciphertext = Array(sealed.dropLast(tagLength))
      var tag = Array(sealed.suffix(tagLength))
      var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
      var count: Int32 = 0
      require(EVP_DecryptUpdate(context, &plaintext, &count, ciphertext, Int32(ciphertext.count)))
      require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag))
      var rest = [UInt8](repeating: 0, count: tagLength)
      guard EVP_DecryptFinal_ex(context, &rest, &count) == 1 else {
        // Nothing of a forged message is given out.
        plaintext.wipe()
        return nil
      }
      return plaintext
    }
  }

  private static func withContext<Result>(key: Bytes32, encrypting: Int32, _ body: (OpaquePointer) -> Result) -> Result {
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL gives no cipher context") }
    defer { EVP_CIPHER_CTX_free(context) }
    var bytes = key.bytes
    defer { bytes.wipe() }
    require(EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, bytes, nonce, encrypting))
    return body(context)
  }

  private static func require(_ status: Int32) { precondition(status == 1, "OpenSSL failed at AES-256-GCM") }
}
