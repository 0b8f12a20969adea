using System.Text.Json;
using Purser.Server.People.Sources;
using Purser.Server.People.Sources.OpenId;

namespace Purser.Tests.People.OpenId;

public sealed class OpenIdClaimsTests
{
    /// <summary>What says that "email" was verified says nothing of another claim, which people may be free to choose.</summary>
    [Theory]
    [InlineData("email", true, false, true)]
    [InlineData("email", false, true, false)]
    [InlineData("email", null, false, false)]
    [InlineData("email", null, true, true)]
    [InlineData("preferred_username", true, false, false)]
    [InlineData("preferred_username", true, true, true)]
    [InlineData("preferred_username", false, true, true)]
    public void An_address_counts_where_the_provider_vouches_for_this_claim(string claim, bool? says, bool isTrusted, bool counts)
    {
        var token = JsonSerializer.SerializeToElement(new Dictionary<string, object?>
        {
            [claim] = "mara@acme.example", ["name"] = "Mara", ["email_verified"] = says,
        }.Where(pair => pair.Value is not null).ToDictionary());
        var read = OpenIdClaims.Read("Acme", new OpenIdOptions("https://i.example", "c") { MailClaim = claim, MailIsVerified = isTrusted }, "7", [token]);
        Assert.Equal(counts, read.IsOk);
    }
}
