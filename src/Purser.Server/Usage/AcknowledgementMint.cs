using Purser.Protocol.Authorizations;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server.Pki;
using Purser.Server.Usage.Policies;

namespace Purser.Server.Usage;

/// <summary>Makes the files that product instances import, signed with the authority's message key, whose certificates go along.</summary>
public sealed class AcknowledgementMint(AuthorityKeys keys)
{
    /// <param name="policy">Goes along, unless it is the built-in one.</param>
    public string Make(Acknowledgement acknowledgement, PolicyInForce policy)
    {
        var elements = new List<SignedElement> { Seal(Acknowledgement.Element, acknowledgement.Write()) };
        if (policy.Delivered is { } delivered)
        {
            elements.Add(Seal(DeliveredPolicy.Element, delivered.Write()));
        }

        return new ImportFile(elements).Write();
    }

    /// <summary>A policy alone.</summary>
    public string MakePolicy(DeliveredPolicy policy) => new ImportFile([Seal(DeliveredPolicy.Element, policy.Write())]).Write();

    public string MakeAuthorization(AuthorizationCode code) => new ImportFile([Seal(AuthorizationCode.Element, code.Write())]).Write();

    public string MakeTrust(IEnumerable<TrustCode> codes) => new ImportFile([.. codes.Select(code => Seal(TrustCode.Element, code.Write()))]).Write();

    /// <summary>Several answers to one product instance as one file. Its acknowledgements become one: a device takes the first that it finds.</summary>
    public string Join(IEnumerable<string> files)
    {
        var elements = files.SelectMany(file => ImportFile.Read(file).Value.Elements).DistinctBy(element => (element.Name, element.Data)).ToList();
        var acknowledgements = elements.Where(element => element.Name == Acknowledgement.Element).Select(element => Acknowledgement.Read(element.Data).Value)
            .GroupBy(one => one.Piid).Select(group => group.Last() with { Acknowledged = [.. group.SelectMany(one => one.Acknowledged).Distinct().Order()] });
        return new ImportFile([.. acknowledgements.Select(one => Seal(Acknowledgement.Element, one.Write())), .. elements.Where(element => element.Name != Acknowledgement.Element)]).Write();
    }

    private SignedElement Seal(string element, string data)
    {
        var ring = keys.Current;
        var chain = ring.ReplyChain.Select(Convert.FromBase64String).ToList();
        return ring.MessageSigner.SigningKey.Use(key => SignedElement.Seal(element, data, key, chain));
    }
}
