using Purser.Server.Pki;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>The key that a person's app and this server share, sealed at rest; and how an app takes it over.</summary>
public static class AuthenticatorKey
{
    public static byte[] Seal(SecretBox box, byte[] key, long personId) => box.Seal(key, Place(personId));

    public static byte[] Open(SecretBox box, AuthenticatorApp app) => box.Open(app.SealedKey, Place(app.PersonId));

    /// <summary>What the picture says: the form that all apps read.</summary>
    public static string AddressOf(byte[] key, string issuer, string email)
    {
        var (from, who) = (Uri.EscapeDataString(issuer), Uri.EscapeDataString(email));
        return $"otpauth://totp/{from}:{who}?secret={Base32.Write(key)}&issuer={from}";
    }

    private static string Place(long personId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"authenticator_app/{personId}");
}
