using Purser.Server.Pki;

namespace Purser.Tests.Pki;

public sealed class SecretSourceTests
{
    /// <summary>One in 64 would begin with a hyphen: a script that is called with it would take it for an option.</summary>
    [Fact]
    public void A_secret_can_stand_on_a_command_line() =>
        Assert.All(Enumerable.Range(0, 3000).Select(_ => SecretSource.NewSecret()), secret => Assert.Matches("^[A-Za-z0-9_][A-Za-z0-9_-]{42}$", secret));
}
