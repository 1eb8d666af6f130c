using Listmonk.Core.Subscribers.Hygiene;

namespace Listmonk.Tests.Subscribers.Hygiene;

public sealed class AddressTablesTests
{
    [Theory]
    [InlineData("info@x.org", true)]
    [InlineData("admin+news@x.org", true)]
    [InlineData("informatics@x.org", false)]
    [InlineData("ann.info@x.org", false)]
    public void An_address_of_a_task_is_told_by_its_local_part(string email, bool isRole) => Assert.Equal(isRole, AddressTables.IsRole(email));

    [Theory]
    [InlineData("a@mailinator.com", true)]
    [InlineData("a@deep.mailinator.com", true)]
    [InlineData("a@mailinator.community", false)]
    public void A_disposable_domain_counts_with_what_is_below(string email, bool isDisposable) => Assert.Equal(isDisposable, AddressTables.IsDisposable(email));

    [Fact]
    public void A_mistyped_domain_is_corrected()
    {
        Assert.Equal("a.b@gmail.com", AddressTables.Correction("a.b@gmial.com"));
        Assert.Null(AddressTables.Correction("a@gmail.com"));
    }

    [Theory]
    [InlineData("a.n.n+news@googlemail.com", "ann@gmail.com")]
    [InlineData("ann@gmail.com", "ann@gmail.com")]
    [InlineData("a.n.n+news@x.org", "a.n.n@x.org")]
    [InlineData("+x@x.org", "+x@x.org")]
    public void A_mailbox_is_one_however_its_address_is_written(string email, string mailbox) => Assert.Equal(mailbox, AddressTables.Mailbox(email));
}
