package expr

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"strconv"
	"strings"

	"gospark/runtime/condition"
)

// Encryption with AES in the modes GCM, CBC and ECB. What is encrypted begins with its initialisation vector, unless the
// mode has none; with GCM it ends with a tag that proves it.

func init() {
	family("misc_funcs", []Function{
		{Name: "aes_encrypt", Sig: "binary, binary, string = 'GCM', string = 'DEFAULT', binary = '', binary = '' -> binary", Volatile: true, Null: Always, Impl: boxed(aesEncrypt),
			Doc:     "The text encrypted with a key of 16, 24 or 32 bytes; further arguments are the mode, the padding, the initialisation vector and what is only authenticated.",
			Example: "hex(aes_encrypt('Spark', '0000111122223333', 'ECB', 'PKCS')) = 348FF37EBDE05B7880BA339068FBDA5E"},
		{Name: "aes_decrypt", Sig: aesSig, Null: Always, Impl: boxed(aesDecrypt),
			Doc:     "The text that was encrypted with aes_encrypt.",
			Example: "cast(aes_decrypt(unhex('83F16B2AA704794132802D248E6BFD4E380078182D1544813898AC97E709B28A94'), '0000111122223333') as string) = Spark"},
		{Name: "try_aes_decrypt", Sig: aesSig, Null: Always, Impl: boxed(func(ctx *Context, args []any) (any, error) {
			v, err := aesDecrypt(ctx, args)
			if err != nil {
				return nil, nil
			}
			return v, nil
		}), Doc: "The text that was encrypted with aes_encrypt, and NULL if it cannot be decrypted.",
			Example: "try_aes_decrypt(unhex('00'), '0000111122223333') = NULL"},
	})
}

const (
	aesSig = "binary, binary, string = 'GCM', string = 'DEFAULT', binary = '' -> binary"
	ivGCM  = 12
)

// aesMode is the mode of names that go together, and the cipher of the key.
func aesMode(mode, padding, key string) (string, cipher.Block, error) {
	m, p := strings.ToUpper(mode), strings.ToUpper(padding)
	switch {
	case m == "GCM" && (p == "NONE" || p == "DEFAULT"), (m == "ECB" || m == "CBC") && (p == "PKCS" || p == "DEFAULT"):
	default:
		return "", nil, condition.New("UNSUPPORTED_FEATURE.AES_MODE", "0A000", "The feature is not supported: AES-%s with the padding %s by the %s function.", mode, padding, aesFunctions).
			WithParam("mode", mode).WithParam("padding", padding).WithParam("functionName", aesFunctions)
	}
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		return "", nil, aesInvalid("AES_KEY_LENGTH", "key", "expects a binary value with 16, 24 or 32 bytes, but got "+strconv.Itoa(len(key))+" bytes.",
			"actualLength", strconv.Itoa(len(key)))
	}
	return m, block, nil
}

const aesFunctions = "`aes_encrypt`/`aes_decrypt`"

func aesInvalid(kind, parameter, what string, params ...string) error {
	p := "`" + strings.ReplaceAll(parameter, ", ", "`, `") + "`"
	e := condition.New("INVALID_PARAMETER_VALUE."+kind, "22023", "The value of parameter(s) %s in %s is invalid: %s", p, aesFunctions, what).
		WithParam("parameter", p).WithParam("functionName", aesFunctions)
	return withParams(e, params)
}

func aesCrypto(detail string) error {
	return aesInvalid("AES_CRYPTO_ERROR", "expr, key", "detail message: "+detail, "detailMessage", detail)
}

// aesVector checks an initialisation vector, or makes one.
func aesVector(mode, iv string) ([]byte, error) {
	n := map[string]int{"GCM": ivGCM, "CBC": aes.BlockSize}[mode]
	switch {
	case n == 0 && iv != "":
		return nil, condition.New("UNSUPPORTED_FEATURE.AES_MODE_IV", "0A000", "The feature is not supported: %s with initialization vectors is not supported for AES.", mode).
			WithParam("mode", mode).WithParam("functionName", "`aes_encrypt`")
	case iv != "" && len(iv) != n:
		return nil, aesInvalid("AES_IV_LENGTH", "iv", "supports 16-byte CBC IVs and 12-byte GCM IVs, but got "+strconv.Itoa(len(iv))+" bytes for "+mode+".",
			"mode", mode, "actualLength", strconv.Itoa(len(iv)))
	case iv != "":
		return []byte(iv), nil
	}
	b := make([]byte, n)
	_, err := rand.Read(b)
	return b, err
}

func aesEncrypt(_ *Context, args []any) (any, error) {
	text, aad := []byte(args[0].(string)), args[5].(string)
	mode, block, err := aesMode(args[2].(string), args[3].(string), args[1].(string))
	if err != nil {
		return nil, err
	}
	iv, err := aesVector(mode, args[4].(string))
	if err != nil {
		return nil, err
	}
	if mode != "GCM" && aad != "" {
		return nil, aadUnsupported("aes_encrypt", mode)
	}
	if mode == "GCM" {
		g, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		return string(g.Seal(iv, iv, text, []byte(aad))), nil
	}
	pad := aes.BlockSize - len(text)%aes.BlockSize
	for range pad {
		text = append(text, byte(pad))
	}
	if mode == "CBC" {
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)
		return string(iv) + string(text), nil
	}
	for i := 0; i < len(text); i += aes.BlockSize {
		block.Encrypt(text[i:], text[i:])
	}
	return string(text), nil
}

func aadUnsupported(function, mode string) error {
	return condition.New("UNSUPPORTED_FEATURE.AES_MODE_AAD", "0A000", "The feature is not supported: %s with AES-%s does not support additional authenticate data (AAD).", quotedID(function), mode).
		WithParam("functionName", quotedID(function)).WithParam("mode", mode)
}

func aesDecrypt(_ *Context, args []any) (any, error) {
	text, aad := []byte(args[0].(string)), args[4].(string)
	mode, block, err := aesMode(args[2].(string), args[3].(string), args[1].(string))
	if err != nil {
		return nil, err
	}
	if mode != "GCM" && aad != "" {
		return nil, aadUnsupported("aes_decrypt", mode)
	}
	if mode == "GCM" {
		g, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		if len(text) < ivGCM+g.Overhead() {
			return nil, aesCrypto("Invalid buffer arguments")
		}
		out, err := g.Open(nil, text[:ivGCM], text[ivGCM:], []byte(aad))
		if err != nil {
			return nil, aesCrypto("Tag mismatch")
		}
		return string(out), nil
	}
	var iv []byte
	if mode == "CBC" {
		if len(text) < aes.BlockSize {
			return nil, aesCrypto("Wrong IV length: must be 16 bytes long")
		}
		iv, text = text[:aes.BlockSize], text[aes.BlockSize:]
	}
	if len(text)%aes.BlockSize != 0 {
		return nil, aesCrypto("Input length must be multiple of 16 when decrypting with padded cipher")
	}
	if mode == "CBC" {
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(text, text)
	} else {
		for i := 0; i < len(text); i += aes.BlockSize {
			block.Decrypt(text[i:], text[i:])
		}
	}
	return unpadded(text)
}

func unpadded(text []byte) (any, error) {
	if len(text) == 0 {
		return "", nil
	}
	bad := aesCrypto("Given final block not properly padded. Such issues can arise if a bad key is used during decryption.")
	pad := int(text[len(text)-1])
	if pad == 0 || pad > aes.BlockSize || pad > len(text) {
		return nil, bad
	}
	for _, c := range text[len(text)-pad:] {
		if int(c) != pad {
			return nil, bad
		}
	}
	return string(text[:len(text)-pad]), nil
}
