using Purser.Server.People;
using Purser.Tests.Tidy;

namespace Purser.Tests.People;

public sealed class RoleDocumentTests
{
    [Fact]
    [Trait("Feature", "SA-08")]
    public void The_document_says_what_the_table_says() =>
        Assert.Equal(RoleDocument.Text(), File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "roles.md")));
}
