using System.Globalization;
using Purser.Server.Events;

namespace Purser.Server.Pki;

/// <summary>What the installation's own log tells of the authority's keys.</summary>
public static class AuthorityEvents
{
    public static EventText Rotated(long issuingKey) => new(
        "Authority Keys Rotated", string.Create(CultureInfo.InvariantCulture, $"The issuing key {issuingKey} was begun, with a new message signer and HTTPS certificate."));
}
