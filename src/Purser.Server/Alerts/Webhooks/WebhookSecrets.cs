using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Purser.Server.Pki;

namespace Purser.Server.Alerts.Webhooks;

/// <summary>
/// Secrets and signatures in the form of Standard Webhooks 1.0, for which receivers find libraries: the text "id.timestamp.body" under HMAC-SHA256,
/// "v1,BASE64"; several with spaces between while an earlier secret is valid.
/// </summary>
public sealed class WebhookSecrets(SecretBox box)
{
    private const string Prefix = "whsec_";
    private const int Size = 32;

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size));

    public byte[] Seal(string secret, long webhookId) => box.Seal(secret, PlaceOf(webhookId));

    public string Sign(Webhook webhook, string id, DateTimeOffset at, string body)
    {
        var signatures = new List<string> { Sign(box.OpenText(webhook.SealedSecret, PlaceOf(webhook.Id)), id, at, body) };
        if (webhook.SealedPreviousSecret is { } previous && webhook.PreviousSecretEndsAt > at)
        {
            signatures.Add(Sign(box.OpenText(previous, PlaceOf(webhook.Id)), id, at, body));
        }

        return string.Join(' ', signatures);
    }

    public static string Sign(string secret, string id, DateTimeOffset at, string body)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[Prefix.Length..]), Encoding.UTF8.GetBytes(text)));
    }

    private static string PlaceOf(long webhookId) => string.Create(CultureInfo.InvariantCulture, $"webhook.sealed_secret.{webhookId}");
}
