using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Purser.Server.Commands;
using Purser.Server.Pki;

namespace Purser.Server.People.Sources;

/// <summary>What a change of a source's settings comes to, in words such as "openId.issuer: https://a to https://b". A secret is never among them.</summary>
internal static class SourceChanges
{
    public static IReadOnlyList<string> Between(SaveSource.Input before, SaveSource.Input after)
    {
        var (old, wanted) = (Flat(before), Flat(after));
        return [.. wanted.Keys.Union(old.Keys).Where(name => old.GetValueOrDefault(name, "") != wanted.GetValueOrDefault(name, ""))
            .Select(name => $"{name}: {Shown(old.GetValueOrDefault(name))} to {Shown(wanted.GetValueOrDefault(name))}")];
    }

    /// <summary>Null where the secret stays as it is.</summary>
    public static string? OfSecret(SignInSource source, string? secret, SecretBox box) =>
        string.IsNullOrEmpty(secret) ? null
        : source.SealedSecret is not { } present ? "secret: none to one"
        : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(box.OpenText(present, SourceOptions.Place(source.Id))), Encoding.UTF8.GetBytes(secret)) ? null
        : "secret: to another one";

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "nothing" : value;

    /// <summary>Setting → text, with the names that the API has for them.</summary>
    private static Dictionary<string, string> Flat(SaveSource.Input input)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(JsonSerializer.SerializeToNode(input with { SourceId = null }, WritePath.Json)!.AsObject(), "");
        return flat;

        void Add(JsonObject settings, string prefix)
        {
            foreach (var (name, value) in settings)
            {
                if (value is JsonObject inner)
                {
                    Add(inner, $"{prefix}{name}.");
                }
                else
                {
                    flat[prefix + name] = value is JsonArray list ? string.Join(' ', list.Select(item => $"{item}")) : $"{value}";
                }
            }
        }
    }
}
