using Purser.Protocol.Usage;
using Purser.Server.Pki;

namespace Purser.Server.Usage;

/// <summary>Makes the files that product instances import, signed with the authority's message key, whose certificates go along.</summary>
public sealed class AcknowledgementMint(AuthorityKeys keys)
{
    public string Make(Acknowledgement acknowledgement)
    {
        var ring = keys.Current;
        var chain = ring.ReplyChain.Select(Convert.FromBase64String).ToList();
        return new ImportFile([ring.MessageSigner.SigningKey.Use(key => SignedElement.Seal(Acknowledgement.Element, acknowledgement.Write(), key, chain))]).Write();
    }
}
